// Receivers that answer slowly, never, too much, or something else.
#include <atomic>

#include "webhook/testing/sender_fixture.hpp"

namespace pilotlight::webhook::testing {
namespace {

struct HostileReceiverTest : SenderTest {
  /// What comes of a POST to a receiver that reads the request, then does this.
  Outcome send_to(const Receiver::Script& script) {
    Receiver receiver([&](Connection& connection) {
      connection.read_request();
      script(connection);
    });
    return send(receiver.url());
  }
  Outcome send_to(const std::string& answer) {
    return send_to([&](Connection& connection) { connection.write(answer); });
  }
};

TEST_F(HostileReceiverTest, one_that_never_answers_is_given_up) {
  options.total_max = 200ms;
  const Outcome outcome = send_to([](Connection& connection) { connection.read_to_the_end(); });
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.detail, "the receiver did not answer within 200 ms");
}

TEST_F(HostileReceiverTest, one_that_never_reads_is_given_up) {
  options.total_max = 300ms;
  std::promise<void> end;
  Receiver receiver([&](Connection&) { end.get_future().wait(); });
  const Outcome outcome = send(post(receiver.url(), std::string(32 << 20, 'x')));
  end.set_value();
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.detail, "the receiver did not answer within 300 ms");
}

TEST_F(HostileReceiverTest, one_that_drips_its_header_is_given_up) {
  options.total_max = 300ms;
  const Outcome outcome = send_to([](Connection& connection) {
    connection.write("HTTP/1.1 200 OK\r\n");
    while (connection.write("X: y\r\n")) std::this_thread::sleep_for(10ms);
  });
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.detail, "the receiver did not answer within 300 ms");
}

TEST_F(HostileReceiverTest, one_whose_header_does_not_end_is_given_up_at_64_kib) {
  const Outcome outcome = send_to([](Connection& connection) {
    connection.write("HTTP/1.1 200 OK\r\n");
    while (connection.write("X: " + std::string(1000, 'y') + "\r\n")) continue;
  });
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.detail, "the header of the answer is larger than 65536 bytes");
}

TEST_F(HostileReceiverTest, a_header_of_nearly_64_kib_is_read) {
  EXPECT_EQ(send_to("HTTP/1.1 201 Made\r\nX: " + std::string(65'000, 'y') + "\r\n\r\n").status, 201);
}

TEST_F(HostileReceiverTest, the_status_counts_though_the_body_never_ends) {
  for (const std::string head : {"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 500 Oh\r\n\r\n",
                                 "HTTP/1.1 500 Oh\r\nContent-Length: 99999999999\r\n\r\n"}) {
    const Outcome outcome = send_to([&](Connection& connection) {
      connection.write(head);
      while (connection.write(std::string(10'000, 'z'))) continue;
    });
    EXPECT_EQ(outcome.status, head[9] == '2' ? 200 : 500);
    EXPECT_EQ(outcome.detail, head[9] == '2' ? "" : std::string(300, 'z'));
  }
}

TEST_F(HostileReceiverTest, the_status_counts_though_the_body_never_comes) {
  const Outcome outcome = send_to([](Connection& connection) {
    connection.write("HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\nso far");
    connection.read_to_the_end();
  });
  EXPECT_EQ(outcome.status, 503);
  EXPECT_EQ(outcome.detail, "so far");
}

TEST_F(HostileReceiverTest, the_status_counts_within_the_whole_limit_too) {
  Outcome outcome;
  for (const milliseconds limit : {400ms, 800ms, 1600ms}) {  // a busy machine may need more than the first
    sender.reset();
    options.total_max = limit;
    outcome = send_to([](Connection& connection) {
      connection.write("HTTP/1.1 503 Busy\r\nContent-Length: 100\r\n\r\nso far");
      connection.read_to_the_end();
    });
    if (outcome.status != 0) break;
  }
  EXPECT_EQ(outcome.status, 503);
  EXPECT_EQ(outcome.detail, "so far");
}

TEST_F(HostileReceiverTest, garbage_is_no_answer) {
  for (const std::string& garbage :
       {std::string("SSH-2.0-OpenSSH_9.2\r\n\r\n"), std::string("\0\x01\x02\xff\r\n\r\n", 8),
        std::string("HTTP/2.0 200 OK\r\n\r\n"), std::string("HTTP/1.1 20x OK\r\n\r\n"),
        std::string("HTTP/1.1 000 OK\r\n\r\n"), std::string("HTTP/1.1 200 OK\r\nno header\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"), std::string(100'000, 'g')}) {
    const Outcome outcome = send_to(garbage);
    EXPECT_EQ(outcome.status, 0) << garbage.substr(0, 80);
    EXPECT_TRUE(holds(outcome, "the answer is not HTTP/1.1"))
        << garbage.substr(0, 80) << ": " << outcome.detail;
  }
}

TEST_F(HostileReceiverTest, a_chunk_that_is_none_takes_nothing_from_the_status) {
  EXPECT_EQ(send_to("HTTP/1.1 500 Oh\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n").status, 500);
  EXPECT_EQ(send_to("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab").status, 200);
}

TEST_F(HostileReceiverTest, one_that_hangs_up_gives_no_answer) {
  for (const std::string beginning : {"", "HTTP/1.1", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nX: y"}) {
    const Outcome outcome = send_to(beginning);
    EXPECT_EQ(outcome.status, 0) << beginning;
    EXPECT_EQ(outcome.detail, "the receiver closed the connection without a whole answer") << beginning;
  }
}

TEST_F(HostileReceiverTest, one_that_resets_the_connection_gives_no_answer) {
  Receiver receiver([](Connection& connection) { connection.hang_up(); });
  const Outcome outcome = send(post(receiver.url(), std::string(4 << 20, 'x')));
  EXPECT_EQ(outcome.status, 0);
  EXPECT_TRUE(holds(outcome, "the connection")) << outcome.detail;
}

TEST_F(HostileReceiverTest, an_answer_before_the_end_of_the_request_counts) {
  std::promise<void> end;
  Receiver receiver([&](Connection& connection) {
    connection.read();
    connection.write("HTTP/1.1 413 Too Large\r\nContent-Length: 9\r\n\r\ntoo large");
    end.get_future().wait();
  });
  const Outcome outcome = send(post(receiver.url(), std::string(32 << 20, 'x')));
  end.set_value();
  EXPECT_EQ(outcome.status, 413);
  EXPECT_EQ(outcome.detail, "too large");
}

TEST_F(HostileReceiverTest, an_early_answer_counts_though_a_reset_follows) {
  Receiver receiver([&](Connection& connection) {
    connection.read();
    connection.write("HTTP/1.1 401 No\r\n\r\nwho are you?");
  });
  const Outcome outcome = send(post(receiver.url(), std::string(32 << 20, 'x')));
  EXPECT_EQ(outcome.status, 401);
  EXPECT_EQ(outcome.detail, "who are you?");
}

TEST_F(HostileReceiverTest, interim_answers_are_passed_over_but_not_for_ever) {
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_EQ(send_to(interim + "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 202 Later\r\n\r\n").status,
            202);
  EXPECT_EQ(send_to("HTTP/1.1 101 Switching\r\n\r\n").status, 101);
  const Outcome endless = send_to([&](Connection& connection) {
    while (connection.write(interim)) continue;
  });
  EXPECT_EQ(endless.status, 0);
  EXPECT_EQ(endless.detail, "the receiver sent interim answers only");
}

TEST_F(HostileReceiverTest, an_address_that_does_not_answer_is_given_up_for_the_next_one) {
  // The kernel drops what comes to a full backlog.
  const int full = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  Recorder recorder;
  Receiver receiver(recorder.script());
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(receiver.port());
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
  ASSERT_EQ(::bind(full, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
  ASSERT_EQ(::listen(full, 0), 0);
  std::vector<int> fillers;
  for (int i = 0; i < 4; ++i) {
    fillers.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    ::connect(fillers.back(), reinterpret_cast<sockaddr*>(&where), sizeof where);
  }
  options.connect_max = 100ms;
  options.resolve = [](const std::string& name) {
    Addresses addresses{net::asio::ip::make_address("127.0.0.2")};
    if (name == "both.test") addresses.push_back(net::asio::ip::make_address("127.0.0.1"));
    return Result<Addresses>(addresses);
  };
  EXPECT_EQ(send(receiver.url("/", "one.test")).detail, "cannot connect to 127.0.0.2: Connection timed out");
  sender.reset();
  options.connect_max = 1'000ms;
  EXPECT_EQ(send(receiver.url("/", "both.test")).status, 200);
  for (const int fd : fillers) ::close(fd);
  ::close(full);
}

struct HangingNames {
  std::shared_ptr<std::promise<void>> gate = std::make_shared<std::promise<void>>();

  Lookups::Resolve resolve() {
    return [open = gate->get_future().share()](const std::string&) {
      open.wait();
      return Result<Addresses>(Addresses());
    };
  }
  ~HangingNames() { gate->set_value(); }
};

TEST_F(HostileReceiverTest, a_name_server_that_never_answers_is_given_up) {
  HangingNames names;
  options.resolve = names.resolve();
  options.total_max = 200ms;
  EXPECT_EQ(send("http://hanging.test/").detail, "the name hanging.test was not resolved within 200 ms");
  sender.reset();
}

TEST_F(HostileReceiverTest, a_name_server_that_never_answers_holds_up_nobody_else) {
  HangingNames names;
  options.resolve = names.resolve();
  std::future<Outcome> hanging = begin(post("http://hanging.test/"));
  Recorder recorder;
  Receiver receiver(recorder.script());
  EXPECT_EQ(send(receiver.url()).status, 200);
  EXPECT_EQ(hanging.wait_for(0s), std::future_status::timeout);
  sender.reset();
  EXPECT_EQ(hanging.get().detail, "the server is shutting down");
}

}  // namespace
}  // namespace pilotlight::webhook::testing

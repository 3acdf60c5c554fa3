// Many at a time, and the end of the sender.
#include <atomic>
#include <latch>

#include "webhook/testing/sender_fixture.hpp"

namespace pilotlight::webhook::testing {
namespace {

TEST_F(SenderTest, sends_hundreds_at_a_time) {
  constexpr int crowd = 300;
  std::latch all_are_there(crowd);
  Receiver receiver([&](Connection& connection) {
    const std::string request = connection.read_request();
    all_are_there.arrive_and_wait();
    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  std::vector<std::future<Outcome>> outcomes;
  for (int i = 0; i < crowd; ++i) outcomes.push_back(begin(post(receiver.url())));
  for (auto& outcome : outcomes) EXPECT_EQ(outcome.get().status, 200);
  EXPECT_EQ(receiver.connections(), crowd);
}

TEST_F(SenderTest, takes_posts_from_any_thread) {
  Recorder recorder;
  Receiver receiver(recorder.script());
  sender.emplace(options);
  std::vector<std::thread> threads;
  std::atomic<int> good{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      for (int k = 0; k < 10; ++k) good += send(receiver.url()).status == 200 ? 1 : 0;
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(good, 40);
  EXPECT_EQ(recorder.count(), 40U);
}

TEST_F(SenderTest, a_done_may_send_again) {
  Recorder recorder;
  Receiver receiver(recorder.script("HTTP/1.1 503 Busy\r\n\r\n"));
  sender.emplace(options);
  std::promise<int> attempts;
  std::function<void(int)> attempt = [&](int number) {
    sender->send(post(receiver.url()), [&, number](Outcome) {
      if (number < 3)
        attempt(number + 1);
      else
        attempts.set_value(number);
    });
  };
  attempt(1);
  EXPECT_EQ(attempts.get_future().get(), 3);
  EXPECT_EQ(recorder.count(), 3U);
}

TEST_F(SenderTest, ends_what_is_under_way_in_every_phase) {
  std::latch three_are_there(3);
  const auto wait = [&](Connection& connection) {
    connection.read();
    three_are_there.count_down();
    connection.read_to_the_end();
  };
  Receiver silent(wait);
  Receiver half([&](Connection& connection) {
    connection.write("HTTP/1.1 200 OK\r\nX: y");
    wait(connection);
  });
  Receiver unheard([](Connection& connection) { connection.read_to_the_end(); });
  auto gate = std::make_shared<std::promise<void>>();
  options.resolve = [open = gate->get_future().share()](const std::string&) {
    open.wait();
    return Result<Addresses>(Addresses());
  };
  std::vector<std::future<Outcome>> outcomes;
  outcomes.push_back(begin(post("http://looked-up.test/")));
  outcomes.push_back(begin(post(silent.url())));
  outcomes.push_back(begin(post(half.url(), std::string(32 << 20, 'x'))));
  outcomes.push_back(begin(post("https" + silent.url().substr(4))));
  three_are_there.wait();
  outcomes.push_back(begin(post(unheard.url())));  // perhaps not even begun
  sender.reset();
  for (auto& future : outcomes) {
    ASSERT_EQ(future.wait_for(0s), std::future_status::ready);
    const Outcome outcome = future.get();
    EXPECT_EQ(outcome.status, 0);
    EXPECT_EQ(outcome.detail, "the server is shutting down");
  }
  gate->set_value();
}

TEST_F(SenderTest, a_status_that_was_read_before_the_end_counts) {
  std::promise<void> written;
  Receiver receiver([&](Connection& connection) {
    connection.read_request();
    connection.write("HTTP/1.1 201 Made\r\nContent-Length: 100\r\n\r\n");
    written.set_value();
    connection.read_to_the_end();
  });
  std::future<Outcome> outcome = begin(post(receiver.url()));
  written.get_future().wait();
  sender.reset();
  const Outcome known = outcome.get();
  EXPECT_TRUE(known.status == 201 ? known.detail.empty() : known.detail == "the server is shutting down");
}

TEST_F(SenderTest, refuses_what_a_done_sends_at_the_end) {
  Receiver silent([](Connection& connection) { connection.read_to_the_end(); });
  sender.emplace(options);
  Outcome second;
  sender->send(post(silent.url()), [&](Outcome) {
    sender->send(post(silent.url()), [&](Outcome outcome) { second = std::move(outcome); });
  });
  sender.reset();
  EXPECT_EQ(second.detail, "the server is shutting down");
}

TEST_F(SenderTest, ends_though_nothing_was_ever_sent) {
  sender.emplace(options);
  sender.reset();
}

}  // namespace
}  // namespace pilotlight::webhook::testing

// Connections that hang up, hesitate, or want too much.
#include "net/testing/server_fixture.hpp"

namespace pilotlight::net::testing {
namespace {

TEST_F(ServerTest, notices_a_client_that_hangs_up_while_its_request_is_parked) {
  start();
  Client client(port_);
  client.send("GET /park HTTP/1.1\r\nHost: h\r\n\r\n");
  wait_for([&] { return parking_.parked == 1; });
  client.close();
  wait_for([&] { return parking_.hung_up == 1 && parking_.unwritten == 1; });
  wait_for([&] { return server_->connections() == 0; });
}

TEST_F(ServerTest, ends_connections_that_send_nothing_or_too_slowly) {
  Limits limits;
  limits.tick = 20ms;
  limits.idle = limits.header = limits.body_window = 100ms;
  limits.body_window_bytes = 1000;
  start(limits);
  Client idle(port_), loris(port_), upload(port_);
  loris.send("GET /echo/x HTT");
  upload.send("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\nabc");
  EXPECT_TRUE(idle.at_end());
  EXPECT_TRUE(loris.at_end());
  EXPECT_TRUE(upload.at_end());
}

TEST_F(ServerTest, many_uploads_wait_their_turn_and_workers_do_not) {
  Limits limits;
  limits.client_bodies_max = 3 << 20;
  start(limits);
  const std::string body(1 << 20, 'x');
  std::vector<std::unique_ptr<Client>> stuck;
  for (int i = 0; i < 3; ++i) {
    stuck.push_back(std::make_unique<Client>(port_));
    stuck.back()->send("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 1048576\r\n\r\nx");
  }
  wait_for([&] { return server_->connections() == 3; });
  std::vector<std::future<std::string>> waiting;
  for (int i = 0; i < 40; ++i)
    waiting.push_back(std::async(std::launch::async, [&] {
      Client client(port_);
      client.send(post("/large", body));
      return client.receive();
    }));
  Client worker(port_);
  worker.send(post("/worker", "done"));
  EXPECT_NE(worker.receive().find("4 /worker done."), std::string::npos);
  stuck.clear();
  for (auto& one : waiting) EXPECT_NE(one.get().find("200 OK"), std::string::npos);
}

TEST_F(ServerTest, closing_the_doors_ends_only_idle_connections) {
  start();
  Client idle(port_), parked(port_);
  idle.send("GET /echo/i HTTP/1.1\r\nHost: h\r\n\r\n");
  idle.receive();
  parked.send("GET /park HTTP/1.1\r\nHost: h\r\n\r\n");
  wait_for([&] { return parking_.parked == 1; });
  server_->close_doors();
  EXPECT_TRUE(idle.at_end());
  wait_for([&] { return server_->connections() == 1; });
  parked.close();
  wait_for([&] { return server_->connections() == 0; });
}

TEST_F(ServerTest, a_new_connection_has_its_first_answer_after_the_doors_closed) {
  start();
  Client fresh(port_), silent(port_);
  wait_for([&] { return server_->connections() == 2; });
  server_->close_doors();
  fresh.send("GET /echo/f HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(fresh.receive().find("200 OK"), std::string::npos);
  EXPECT_TRUE(fresh.at_end());
  wait_for([&] { return server_->connections() == 1; });
  server_->close_new();
  EXPECT_TRUE(silent.at_end());
}

TEST_F(ServerTest, a_stranger_is_answered_before_its_body_is_read) {
  Limits limits;
  limits.client_bodies_max = 1 << 20;
  start(limits);
  Client announced(port_);
  announced.send("POST /members HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000\r\n\r\n");
  EXPECT_EQ(announced.receive().substr(9, 3), "401");
  EXPECT_TRUE(announced.at_end());
  Client chunked(port_);
  chunked.send("POST /members HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  EXPECT_EQ(chunked.receive().substr(9, 3), "401");
  Client over(port_);
  over.send("POST /members HTTP/1.1\r\nHost: h\r\nContent-Length: 100000000\r\n\r\n");
  EXPECT_EQ(over.receive().substr(9, 3), "401");
  Client member(port_);
  member.send(
      "POST /members HTTP/1.1\r\nHost: h\r\nAuthorization: member\r\nContent-Length: 1000000\r\n\r\n" +
      std::string(1'000'000, 'x'));
  EXPECT_NE(member.receive().find("1000000 /members xxx"), std::string::npos);
}

TEST_F(ServerTest, an_answer_before_the_end_of_an_upload_arrives) {
  start();
  Client client(port_);
  std::thread upload([&] {
    client.send("POST /echo/x HTTP/1.1\r\nHost: h\r\nContent-Length: 5000000\r\n\r\n" +
                std::string(5'000'000, 'x'));
  });
  EXPECT_NE(client.receive().find("5000000 over /echo/x"), std::string::npos);
  upload.join();
}

TEST_F(ServerTest, a_client_that_hangs_up_in_the_middle_gives_its_memory_back) {
  Limits limits;
  limits.client_bodies_max = 1 << 20;
  start(limits);
  for (int round = 0; round < 20; ++round) {
    Client client(port_);
    client.send("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 1048576\r\n\r\nhalf of it");
  }
  Client client(port_);
  client.send(post("/large", std::string(1 << 20, 'x')));
  EXPECT_NE(client.receive().find("200 OK"), std::string::npos);
}

TEST_F(ServerTest, ends_while_uploads_wait_for_memory_that_others_hold) {
  Limits limits;
  limits.client_bodies_max = 1 << 20;
  limits.share_calls_max = 1;
  start(limits);
  // Neighbours are on different threads, so each thread has one that holds and one that waits.
  std::vector<std::unique_ptr<Client>> clients;
  const auto connect = [&](const std::string& head) {
    clients.push_back(std::make_unique<Client>(port_));
    clients.back()->send(head);
    wait_for([&] { return server_->connections() == clients.size(); });
  };
  connect("GET /shared-park?one HTTP/1.1\r\nHost: h\r\n\r\n");
  connect("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 1048576\r\n\r\nhalf of it");
  wait_for([&] { return parking_.parked == 1; });
  connect("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 1048576\r\n\r\nit waits");
  connect("GET /shared-park?one HTTP/1.1\r\nHost: h\r\n\r\n");
  std::this_thread::sleep_for(50ms);
  server_.reset();
  EXPECT_TRUE(clients.back()->at_end());
}

TEST_F(ServerTest, a_caller_over_its_share_of_calls_waits_and_others_do_not) {
  Limits limits;
  limits.share_calls_max = 2;
  start(limits);
  std::vector<std::unique_ptr<Client>> greedy;
  for (int i = 0; i < 4; ++i) {
    greedy.push_back(std::make_unique<Client>(port_));
    greedy.back()->send("GET /shared-park?greedy HTTP/1.1\r\nHost: h\r\n\r\n");
  }
  Client other(port_);
  wait_for([&] { return parking_.parked == 2; });
  other.send("GET /shared-park?other HTTP/1.1\r\nHost: h\r\n\r\n");
  wait_for([&] { return parking_.parked == 3; });
  greedy.clear();
  wait_for([&] { return parking_.parked == 5 && parking_.hung_up == 4; });
}

TEST_F(ServerTest, a_slow_upload_is_cut_sooner_when_others_wait_for_its_memory) {
  Limits limits;
  limits.tick = 20ms;
  limits.body_window = 1s;
  limits.body_window_bytes = 1;
  limits.contended_window_bytes = 100'000;
  limits.client_bodies_max = 1 << 20;
  start(limits);
  Client slow(port_);
  slow.send("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 1048576\r\n\r\n");
  std::atomic<bool> stop{false};
  std::thread drip([&] {
    while (!stop && slow.send("x")) std::this_thread::sleep_for(20ms);
  });
  std::this_thread::sleep_for(2500ms);
  EXPECT_EQ(server_->connections(), 1U) << "it is slow, but nobody minds";
  Client waiting(port_);
  waiting.send(post("/large", std::string(1 << 20, 'y')));
  EXPECT_NE(waiting.receive().find("200 OK"), std::string::npos);
  stop = true;
  drip.join();
}

}  // namespace
}  // namespace pilotlight::net::testing

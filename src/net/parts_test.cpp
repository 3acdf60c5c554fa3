// Responses that are made while they are written.
#include "net/testing/server_fixture.hpp"

namespace pilotlight::net::testing {
namespace {

class PartsTest : public ServerTest {
 protected:
  static std::string talk_post(const std::string& words) { return post("/talk", words); }
};

TEST_F(PartsTest, each_part_is_sent_when_ready_and_the_connection_goes_on) {
  start();
  Client client(port_);
  client.send(talk_post("one twenty-two three"));
  talking_.allowed = 1;
  const std::string first = client.receive_until("one\r\n");
  EXPECT_EQ(first,
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n");
  talking_.allowed = 2;
  EXPECT_EQ(client.receive_until("two\r\n"), "a\r\ntwenty-two\r\n");
  talking_.allowed = 9;
  EXPECT_EQ(client.receive_until("\r\n0\r\n\r\n"), "5\r\nthree\r\n0\r\n\r\n");
  client.send(post("/echo/after", "x"));
  EXPECT_NE(client.receive().find("1 /echo/after x."), std::string::npos);
  EXPECT_EQ(talking_.ended, 1);
  EXPECT_EQ(talking_.unwritten, 0);
}

TEST_F(PartsTest, a_body_without_parts_is_empty) {
  start();
  Client client(port_);
  talking_.allowed = 1;
  client.send(talk_post(""));
  EXPECT_TRUE(client.receive_until("\r\n0\r\n\r\n").ends_with("chunked\r\n\r\n0\r\n\r\n"));
}

TEST_F(PartsTest, a_client_of_http_1_0_sees_the_end_by_the_connections_end) {
  start();
  talking_.allowed = 9;
  for (const std::string extra : {"", "Connection: keep-alive\r\n"}) {
    Client client(port_);
    client.send("POST /talk HTTP/1.0\r\nContent-Length: 7\r\n" + extra + "\r\none two");
    EXPECT_EQ(client.receive_until("never"),
              "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nonetwo");
  }
}

TEST_F(PartsTest, a_client_that_goes_between_parts_is_noticed_at_once) {
  start();
  Client client(port_);
  client.send(talk_post("one two"));
  talking_.allowed = 1;
  client.receive_until("one\r\n");
  wait_for([&] { return talking_.asked == 2; });
  client.close();
  wait_for([&] { return talking_.hung_up == 1 && talking_.ended == 1; });
  EXPECT_EQ(talking_.unwritten, 1);
}

TEST_F(PartsTest, a_client_that_does_not_read_is_left) {
  Limits limits;
  limits.tick = 20ms;
  limits.write_window = 200ms;
  start(limits);
  const std::string large(12'000'000, 'x');
  talking_.allowed = 9;
  Client stalled(port_);
  stalled.send(talk_post(large + " " + large));
  wait_for([&] { return talking_.unwritten == 1; });
  EXPECT_EQ(stalled.receive_until("\r\n0\r\n\r\n").find("\r\n0\r\n\r\n"), std::string::npos);
}

TEST_F(PartsTest, a_server_that_closes_its_doors_cuts_the_body_off) {
  start();
  Client client(port_);
  client.send(talk_post("one two three"));
  talking_.allowed = 1;
  client.receive_until("one\r\n");
  wait_for([&] { return talking_.asked == 2; });
  server_->close_doors();
  talking_.allowed = 2;
  EXPECT_EQ(client.receive_until("0\r\n\r\n"), "");
  wait_for([&] { return talking_.ended == 1; });
}

}  // namespace
}  // namespace pilotlight::net::testing

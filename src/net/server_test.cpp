// Requests and their answers.
#include "net/testing/gzip.hpp"
#include "net/testing/server_fixture.hpp"

namespace pilotlight::net::testing {
namespace {

TEST_F(ServerTest, answers_pipelined_requests_on_one_connection_in_order) {
  start();
  Client client(port_);
  client.send(post("/echo/a", "one") + post("/echo/b", "two") + "GET /echo/c HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(client.receive().find("3 /echo/a one."), std::string::npos);
  EXPECT_NE(client.receive().find("3 /echo/b two."), std::string::npos);
  EXPECT_NE(client.receive().find("0 /echo/c ."), std::string::npos);
}

TEST_F(ServerTest, understands_a_request_that_comes_byte_by_byte) {
  start();
  Client client(port_);
  for (const char c : post("/echo/slow", "body")) client.send(std::string_view(&c, 1));
  EXPECT_NE(client.receive().find("4 /echo/slow body."), std::string::npos);
}

TEST_F(ServerTest, takes_bodies_up_to_the_limit_and_refuses_larger_ones) {
  start();
  for (const std::size_t size : {999U, 1000U}) {
    Client client(port_);
    client.send(post("/echo/x", std::string(size, 'x')));
    EXPECT_NE(client.receive().find(std::to_string(size) + " /echo/x x"), std::string::npos);
  }
  Client client(port_);
  client.send(post("/echo/x", std::string(1001, 'x')));
  EXPECT_NE(client.receive().find("1001 over /echo/x"), std::string::npos);
  EXPECT_TRUE(client.at_end());
}

TEST_F(ServerTest, skips_an_oversized_body_where_the_route_asks_and_goes_on) {
  start();
  Client client(port_);
  client.send(post("/worker", std::string(5'000'000, 'x')) + post("/worker", "small"));
  EXPECT_NE(client.receive().find("5000000 over /worker ."), std::string::npos);
  EXPECT_NE(client.receive().find("5 /worker small."), std::string::npos);
}

TEST_F(ServerTest, reads_chunked_bodies_with_the_same_limits) {
  start();
  const std::string head = "POST /echo/c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  Client client(port_);
  client.send(head + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n");
  EXPECT_NE(client.receive().find("5 /echo/c abcde."), std::string::npos);
  client.send(head + "3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n");
  EXPECT_NE(client.receive().find(" over /echo/c"), std::string::npos);
  Client malformed(port_);
  malformed.send(head + "zz\r\n");
  EXPECT_NE(malformed.receive().find("400 Bad Request"), std::string::npos);
}

/// A request with a gzip body, with its length or in chunks.
std::string packed_post(const std::string& path, const std::string& packed, bool chunked) {
  std::string request = "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Encoding: gzip\r\n";
  if (!chunked) return request + "Content-Length: " + std::to_string(packed.size()) + "\r\n\r\n" + packed;
  request += "Transfer-Encoding: chunked\r\n\r\n";
  for (const char c : packed) request += std::string("1\r\n") + c + "\r\n";
  return request + "0\r\n\r\n";
}

TEST_F(ServerTest, unpacks_gzip_bodies_within_the_same_limits) {
  start();
  for (const bool chunked : {false, true}) {
    Client client(port_);
    client.send(packed_post("/echo/x", gzip(std::string(1000, 'x')), chunked) + post("/echo/y", "next"));
    EXPECT_NE(client.receive().find("1000 /echo/x xxx"), std::string::npos);
    EXPECT_NE(client.receive().find("4 /echo/y next."), std::string::npos);
    client.send(packed_post("/echo/x", gzip(std::string(1001, 'x')), chunked));
    EXPECT_NE(client.receive().find("1001 over /echo/x ."), std::string::npos);
    EXPECT_TRUE(client.at_end());
    Client worker(port_);
    worker.send(packed_post("/worker", gzip(std::string(500'000, 'x')), chunked) + post("/worker", "small"));
    EXPECT_NE(worker.receive().find(" over /worker ."), std::string::npos);
    EXPECT_NE(worker.receive().find("5 /worker small."), std::string::npos);
    Client damaged(port_);
    damaged.send(packed_post("/echo/x", gzip("text") + "{}", chunked));
    EXPECT_NE(damaged.receive().find("400 Bad Request"), std::string::npos);
  }
  Client stranger(port_);
  stranger.send(packed_post("/members", gzip("small"), false));
  EXPECT_NE(stranger.receive().find("members only"), std::string::npos)
      << "it is charged for, whatever its size";
  Client empty(port_);
  empty.send(packed_post("/echo/x", "", true) + packed_post("/echo/x", "", false));
  for (int i = 0; i < 2; ++i) EXPECT_NE(empty.receive().find("0 /echo/x ."), std::string::npos);
}

TEST_F(ServerTest, asks_a_hesitant_client_to_go_on) {
  start();
  Client client(port_);
  client.send("POST /echo/e HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_NE(client.receive().find("100 Continue"), std::string::npos);
  client.send("ok");
  EXPECT_NE(client.receive().find("2 /echo/e ok."), std::string::npos);
}

TEST_F(ServerTest, refuses_what_is_not_http_or_could_be_read_in_two_ways) {
  start();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"nonsense\r\n\r\n", "400"},
      {"POST /echo/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"},
      {"POST /echo/x HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400"},
      {"POST /echo/x HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "400"},
      {"POST /echo/x HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999999\r\n\r\n", "400"},
      {"POST /echo/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", "501"},
      {"GET /" + std::string(40'000, 'x') + " HTTP/1.1\r\nHost: h\r\n\r\n", "431"},
      {"GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n", "404"},
      {"DELETE /echo/x HTTP/1.1\r\nHost: h\r\n\r\n", "405"},
  };
  for (const auto& [bytes, status] : cases) {
    Client client(port_);
    client.send(bytes);
    EXPECT_EQ(client.receive().substr(9, 3), status) << bytes.substr(0, 80);
  }
}

TEST_F(ServerTest, a_huge_declared_length_is_refused_without_reading_it) {
  start();
  Client client(port_);
  client.send("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 9000000000000\r\n\r\n");
  EXPECT_NE(client.receive().find("9000000000000 over /large"), std::string::npos);
}

TEST_F(ServerTest, a_head_is_answered_without_a_body_and_the_connection_goes_on) {
  start();
  Client client(port_);
  client.send("HEAD /echo/h HTTP/1.1\r\nHost: h\r\n\r\nGET /echo/g HTTP/1.1\r\nHost: h\r\n\r\n");
  std::string both = client.receive_until("0 /echo/g .");
  EXPECT_EQ(both.find("/echo/h"), std::string::npos) << both;
  EXPECT_NE(both.find("Content-Length: 11\r\n\r\nHTTP/1.1 200"), std::string::npos) << both;
  Client other(port_);
  other.send("HEAD /handed-over HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(other.receive_until("\r\n\r\n").substr(9, 3), "405");
}

TEST_F(ServerTest, options_says_what_a_path_knows) {
  start();
  Client client(port_);
  client.send("OPTIONS /echo/x HTTP/1.1\r\nHost: h\r\n\r\n");
  const std::string answer = client.receive();
  EXPECT_EQ(answer.substr(9, 3), "204");
  EXPECT_NE(answer.find("Allow: POST, GET"), std::string::npos) << answer;
  client.send("OPTIONS /nowhere HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.receive().substr(9, 3), "404") << "on the same connection";
}

}  // namespace
}  // namespace pilotlight::net::testing

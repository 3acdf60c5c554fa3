#include "net/server.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/redirect_error.hpp>
#include <future>

#include "base/random.hpp"
#include "net/chunked_decoder.hpp"
#include "net/request_head.hpp"
#include "net/text.hpp"

namespace pilotlight::net {
namespace {

using namespace std::chrono_literals;

/// A blocking client that sends raw bytes.
class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(port);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
    const timeval limit{20, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~Client() { close(); }
  void close() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  /// One whole response (head and Content-Length bytes); what was there until the connection ended otherwise.
  std::string receive() {
    for (;;) {
      const std::size_t end = in_.find("\r\n\r\n");
      if (end != std::string::npos) {
        const std::size_t at = in_.find("Content-Length: ");
        const std::size_t size = at < end ? std::stoul(in_.substr(at + 16)) : 0;
        if (in_.size() >= end + 4 + size) {
          const std::string response = in_.substr(0, end + 4 + size);
          in_.erase(0, end + 4 + size);
          return response;
        }
      }
      char chunk[4096];
      const ssize_t n = ::recv(fd_, chunk, sizeof chunk, 0);
      if (n <= 0) return std::exchange(in_, {});
      in_.append(chunk, static_cast<std::size_t>(n));
    }
  }
  bool at_end() {
    char byte;
    return ::recv(fd_, &byte, 1, 0) == 0;
  }

 private:
  int fd_;
  std::string in_;
};

awaitable<Response> echo(Request request, Exchange&) {
  Response response;
  response.head =
      std::to_string(request.body_bytes) + (request.over_limit ? " over " : " ") + request.path + " ";
  response.payload = request.body;
  response.tail = ".";
  co_return response;
}

/// A handler that parks until the client hangs up or the test lets it go.
struct Parking {
  std::atomic<int> parked{0}, hung_up{0}, unwritten{0};

  awaitable<Response> operator()(Request, Exchange& exchange) {
    Timer timer(exchange.executor(), std::chrono::steady_clock::time_point::max());
    exchange.on_hangup([this, &timer] {
      ++hung_up;
      timer.cancel();
    });
    ++parked;
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use_awaitable, ignored));
    Response response;
    response.after_write = [this](bool written) { unwritten += written ? 0 : 1; };
    co_return response;
  }
};

awaitable<Response> park(Parking* parking, Request request, Exchange& exchange) {
  co_return co_await (*parking)(std::move(request), exchange);
}

class ServerTest : public ::testing::Test {
 protected:
  void start(Limits limits = {}) {
    const int fd = listen_on("127.0.0.1", 0);
    ASSERT_GE(fd, 0);
    port_ = port_of(fd);
    server_ = std::make_unique<Server>(fd, 2, limits);
    std::vector<Route> routes;
    routes.push_back({Method::post, "/echo/{}", 1000, Budget::client, OverLimit::refuse, echo});
    routes.push_back({Method::post, "/large", 20 << 20, Budget::client, OverLimit::refuse, echo});
    routes.push_back({Method::post, "/worker", 1000, Budget::worker, OverLimit::discard, echo});
    routes.push_back({Method::get, "/echo/{}", 0, Budget::client, OverLimit::refuse, echo});
    routes.push_back({Method::get, "/park", 0, Budget::client, OverLimit::refuse,
                      [this](Request r, Exchange& e) { return park(&parking_, std::move(r), e); }});
    server_->start(std::move(routes));
  }
  static std::string post(const std::string& path, const std::string& body) {
    return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
  }
  template <class Condition>
  static void wait_for(Condition&& condition) {
    for (int i = 0; i < 2000 && !condition(); ++i) std::this_thread::sleep_for(10ms);
    EXPECT_TRUE(condition());
  }

  Parking parking_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
};

TEST_F(ServerTest, answers_requests_on_one_connection_in_order_even_when_pipelined) {
  start();
  Client client(port_);
  client.send(post("/echo/a", "one") + post("/echo/b", "two") + "GET /echo/c HTTP/1.1\r\n\r\n");
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

TEST_F(ServerTest, reads_a_body_over_the_limit_away_where_the_route_says_so_and_goes_on) {
  start();
  Client client(port_);
  client.send(post("/worker", std::string(5'000'000, 'x')) + post("/worker", "small"));
  EXPECT_NE(client.receive().find("5000000 over /worker ."), std::string::npos);
  EXPECT_NE(client.receive().find("5 /worker small."), std::string::npos);
}

TEST_F(ServerTest, reads_chunked_bodies_with_the_same_limits) {
  start();
  const std::string head = "POST /echo/c HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  Client client(port_);
  client.send(head + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n");
  EXPECT_NE(client.receive().find("5 /echo/c abcde."), std::string::npos);
  client.send(head + "3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n");
  EXPECT_NE(client.receive().find(" over /echo/c"), std::string::npos);
  Client malformed(port_);
  malformed.send(head + "zz\r\n");
  EXPECT_NE(malformed.receive().find("400 Bad Request"), std::string::npos);
}

TEST_F(ServerTest, asks_a_hesitant_client_to_go_on) {
  start();
  Client client(port_);
  client.send("POST /echo/e HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_NE(client.receive().find("100 Continue"), std::string::npos);
  client.send("ok");
  EXPECT_NE(client.receive().find("2 /echo/e ok."), std::string::npos);
}

TEST_F(ServerTest, refuses_what_is_not_http_or_could_be_read_in_two_ways) {
  start();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"nonsense\r\n\r\n", "400"},
      {"POST /echo/x HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"},
      {"POST /echo/x HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", "400"},
      {"POST /echo/x HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400"},
      {"POST /echo/x HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n", "400"},
      {"POST /echo/x HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "501"},
      {"GET /" + std::string(40'000, 'x') + " HTTP/1.1\r\n\r\n", "431"},
      {"GET /nowhere HTTP/1.1\r\n\r\n", "404"},
      {"DELETE /echo/x HTTP/1.1\r\n\r\n", "405"},
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
  client.send("POST /large HTTP/1.1\r\nContent-Length: 9000000000000\r\n\r\n");
  EXPECT_NE(client.receive().find("9000000000000 over /large"), std::string::npos);
}

TEST_F(ServerTest, notices_a_client_that_hangs_up_while_its_request_is_parked) {
  start();
  Client client(port_);
  client.send("GET /park HTTP/1.1\r\n\r\n");
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
  upload.send("POST /large HTTP/1.1\r\nContent-Length: 100000\r\n\r\nabc");
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
    stuck.back()->send("POST /large HTTP/1.1\r\nContent-Length: 1048576\r\n\r\nx");
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

TEST_F(ServerTest, closing_the_doors_ends_idle_connections_and_finishes_the_others) {
  start();
  Client idle(port_), parked(port_);
  idle.send("GET /echo/i HTTP/1.1\r\n\r\n");
  idle.receive();
  parked.send("GET /park HTTP/1.1\r\n\r\n");
  wait_for([&] { return parking_.parked == 1; });
  server_->close_doors();
  EXPECT_TRUE(idle.at_end());
  wait_for([&] { return server_->connections() == 1; });
  parked.close();
  wait_for([&] { return server_->connections() == 0; });
}

TEST(Text, decodes_queries_and_paths) {
  Request request;
  request.query = "a=1&b=x%20y+z&c&gpu=%GG";
  EXPECT_EQ(request.parameter("b"), "x y z");
  EXPECT_EQ(request.parameter("c"), "");
  EXPECT_EQ(request.parameter("d"), std::nullopt);
  EXPECT_EQ(request.parameter("gpu"), std::nullopt);
  EXPECT_EQ(captures("/v2/{}/status/{}", "/v2/ep%31/status/job"), (std::vector<std::string>{"ep1", "job"}));
}

TEST(RequestReader, random_and_mutated_bytes_do_no_harm) {
  Random random(11);
  const std::string good =
      "POST /a?b=c HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n";
  for (int round = 0; round < 20000; ++round) {
    std::string bytes = good;
    for (int i = 0; i < 4; ++i) bytes[random.below(bytes.size())] = static_cast<char>(random.next());
    (void)parse_head(bytes);
    ChunkedDecoder decoder;
    std::string out;
    std::string_view rest = bytes;
    (void)decoder.feed(rest, &out);
  }
}

}  // namespace
}  // namespace pilotlight::net

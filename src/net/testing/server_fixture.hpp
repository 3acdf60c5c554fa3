#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/redirect_error.hpp>
#include <future>
#include <thread>

#include "net/server.hpp"

/// A server with one route of each kind, and a client that sends raw bytes.
namespace pilotlight::net::testing {

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
  /// Everything up to and with these bytes.
  std::string receive_until(std::string_view last) {
    while (in_.find(last) == std::string::npos) {
      char chunk[4096];
      const ssize_t n = ::recv(fd_, chunk, sizeof chunk, 0);
      if (n <= 0) break;
      in_.append(chunk, static_cast<std::size_t>(n));
    }
    return std::exchange(in_, {});
  }
  bool at_end() {
    char byte;
    return ::recv(fd_, &byte, 1, 0) == 0;
  }

 private:
  int fd_;
  std::string in_;
};

inline awaitable<Response> echo(Request request, Exchange&) {
  Response response;
  response.head =
      std::to_string(request.body_bytes) + (request.over_limit ? " over " : " ") + request.path + " ";
  response.payload = request.body;
  response.tail = ".";
  co_return response;
}

inline std::optional<Response> members_only(const Request& request) {
  if (request.authorization == "member") return std::nullopt;
  Response refusal;
  refusal.status = 401;
  refusal.head = "members only";
  return refusal;
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

inline awaitable<Response> park(Parking* parking, Request request, Exchange& exchange) {
  co_return co_await (*parking)(std::move(request), exchange);
}

/// Says the words one after another, each when the test allows it; then ends.
struct Talking {
  std::atomic<int> allowed{0}, asked{0}, hung_up{0}, unwritten{0}, ended{0};

  class Words final : public BodyParts {
   public:
    Words(Talking* talking, Exchange& exchange, std::string text)
        : talking_(talking), exchange_(exchange), text_(std::move(text)) {}
    ~Words() override { ++talking_->ended; }

    awaitable<std::optional<std::string>> next() override {
      bool gone = false;
      exchange_.on_hangup([this, &gone] {
        gone = true;
        ++talking_->hung_up;
      });
      ++talking_->asked;
      Timer timer(exchange_.executor());
      while (talking_->allowed <= said_ && !gone) {
        timer.expires_after(1ms);
        boost::system::error_code ignored;
        co_await timer.async_wait(asio::redirect_error(use_awaitable, ignored));
      }
      std::optional<std::string> word;
      if (!gone && !text_.empty()) {
        const std::size_t size = std::min(text_.find(' '), text_.size());
        word = text_.substr(0, size);
        text_.erase(0, size + 1);
      }
      ++said_;
      co_return word;
    }

   private:
    Talking* const talking_;
    Exchange& exchange_;
    std::string text_;
    int said_ = 0;
  };

  awaitable<Response> operator()(Request request, Exchange& exchange) {
    Response response;
    response.content_type = "text/plain";
    response.parts = std::make_shared<Words>(this, exchange, request.body ? *request.body : "");
    response.after_write = [this](bool written) { unwritten += written ? 0 : 1; };
    co_return response;
  }
};

inline awaitable<Response> talk(Talking* talking, Request request, Exchange& exchange) {
  co_return co_await (*talking)(std::move(request), exchange);
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
    routes.push_back(
        {Method::post, "/members", 20 << 20, Budget::client, OverLimit::refuse, echo, members_only});
    routes.push_back({Method::get, "/handed-over", 0, Budget::worker, OverLimit::discard, echo});
    routes.back().head_requests = HeadRequests::refused;
    routes.push_back({Method::get, "/shared-park", 0, Budget::worker, OverLimit::discard,
                      [this](Request r, Exchange& e) { return park(&parking_, std::move(r), e); }});
    routes.back().sharer = [](const Request& request) { return request.query; };
    routes.push_back({Method::get, "/park", 0, Budget::client, OverLimit::refuse,
                      [this](Request r, Exchange& e) { return park(&parking_, std::move(r), e); }});
    routes.push_back({Method::post, "/talk", 32 << 20, Budget::client, OverLimit::refuse,
                      [this](Request r, Exchange& e) { return talk(&talking_, std::move(r), e); }});
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
  Talking talking_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
};

}  // namespace pilotlight::net::testing

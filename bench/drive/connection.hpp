#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace pilotlight::bench {

[[noreturn]] inline void die(const char* what) {
  std::perror(what);
  std::exit(1);
}

/// One keep-alive HTTP/1.1 connection of the load generator: non-blocking, at most one request under way.
/// Understands only what the server under test sends: a status line, Content-Length, no chunks.
class Connection {
 public:
  explicit Connection(int port) {
    fd_ = ::socket(AF_INET, SOCK_STREAM, 0);
    if (fd_ < 0) die("socket");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("connect");
    const int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::fcntl(fd_, F_SETFL, ::fcntl(fd_, F_GETFL) | O_NONBLOCK);
  }
  ~Connection() {
    if (fd_ >= 0) ::close(fd_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int fd() const { return fd_; }

  void send(std::string_view request) {
    in_.clear();
    while (!request.empty()) {
      const ssize_t n = ::send(fd_, request.data(), request.size(), MSG_NOSIGNAL);
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) continue;
      if (n < 0) die("send");
      request.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  /// Reads what is there; true once the whole response is.
  bool receive() {
    char buffer[65536];
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return false;
    if (n <= 0) die("the server closed a connection");
    in_.append(buffer, static_cast<std::size_t>(n));
    const std::size_t end = in_.find("\r\n\r\n");
    if (end == std::string::npos) return false;
    status_ = std::atoi(in_.c_str() + 9);
    body_at_ = end + 4;
    std::size_t length = 0;
    std::size_t at = in_.find("ontent-Length:");
    if (at == std::string::npos || at > end) at = in_.find("ontent-length:");
    if (at != std::string::npos && at < end) length = std::strtoul(in_.c_str() + at + 14, nullptr, 10);
    return in_.size() >= body_at_ + length;
  }

  int status() const { return status_; }
  std::string_view body() const { return std::string_view(in_).substr(body_at_); }

 private:
  int fd_ = -1;
  int status_ = 0;
  std::size_t body_at_ = 0;
  std::string in_;
};

}  // namespace pilotlight::bench

#pragma once

#include <gtest/gtest.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "net/server.hpp"

/// A receiver of webhooks that does what a test says, however bad.
namespace pilotlight::webhook::testing {

/// One accepted connection, blocking, with TLS if the receiver has a context for it.
class Connection {
 public:
  Connection(int fd, SSL_CTX* tls) : fd_(fd) {
    if (tls == nullptr) return;
    ssl_ = SSL_new(tls);
    SSL_set_fd(ssl_, fd);
    good_ = SSL_accept(ssl_) == 1;
  }
  ~Connection() {
    if (ssl_ != nullptr) SSL_free(ssl_);
    ::close(fd_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  bool good() const { return good_; }  ///< whether TLS was agreed on
  std::string server_name() const {
    const char* name = ssl_ == nullptr ? nullptr : SSL_get_servername(ssl_, TLSEXT_NAMETYPE_host_name);
    return name == nullptr ? "" : name;
  }

  bool write(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                     : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  /// What comes next, at most 64 KiB; empty at the end.
  std::string read() {
    std::string bytes(64 * 1024, '\0');
    const auto n = ssl_ != nullptr ? SSL_read(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                   : ::recv(fd_, bytes.data(), bytes.size(), 0);
    bytes.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return bytes;
  }
  /// The whole request, or what came of it.
  std::string read_request() {
    std::string all;
    for (;;) {
      const std::size_t head = all.find("\r\n\r\n"), length = all.find("Content-Length: ");
      if (head != std::string::npos && length < head &&
          all.size() >= head + 4 + std::stoul(all.substr(length + 16, 20)))
        return all;
      const std::string more = read();
      if (more.empty()) return all;
      all += more;
    }
  }
  void read_to_the_end() {
    while (!read().empty()) continue;
  }
  /// Ends reads and writes; the peer sees the end.
  void hang_up() { ::shutdown(fd_, SHUT_RDWR); }

 private:
  const int fd_;
  SSL* ssl_ = nullptr;
  bool good_ = true;
};

/// Listens, on 127.0.0.1 unless told otherwise, and runs the script on a thread for each connection, which it
/// closes afterwards.
class Receiver {
 public:
  using Script = std::function<void(Connection&)>;

  explicit Receiver(Script script, SSL_CTX* tls = nullptr, const std::string& address = "127.0.0.1")
      : script_(std::move(script)), tls_(tls), fd_(net::listen_on(address, 0)), port_(net::port_of(fd_)) {
    EXPECT_GE(fd_, 0);
    acceptor_ = std::thread([this] { accept(); });
  }
  /// Waits for the scripts.
  ~Receiver() {
    ::shutdown(fd_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& thread : threads_) thread.join();
    ::close(fd_);
  }

  std::string url(const std::string& rest = "/", const std::string& host = "127.0.0.1") const {
    return (tls_ == nullptr ? "http://" : "https://") + host + ":" + std::to_string(port_) + rest;
  }
  std::uint16_t port() const { return port_; }
  int connections() const { return connections_; }

 private:
  void accept() {
    for (;;) {
      const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      ++connections_;
      threads_.emplace_back([this, fd] {
        Connection connection(fd, tls_);
        script_(connection);
      });
    }
  }

  const Script script_;
  SSL_CTX* const tls_;
  const int fd_;
  const std::uint16_t port_;
  std::atomic<int> connections_{0};
  std::list<std::thread> threads_;
  std::thread acceptor_;
};

/// Answers 200 and keeps the requests.
class Recorder {
 public:
  Receiver::Script script(std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") {
    return [this, answer](Connection& connection) {
      std::string request = connection.read_request();
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(std::move(request));
      }
      connection.write(answer);
    };
  }
  /// Only after the answer has come.
  std::string last() {
    const std::lock_guard lock(mutex_);
    return requests_.empty() ? "" : requests_.back();
  }
  std::size_t count() {
    const std::lock_guard lock(mutex_);
    return requests_.size();
  }

 private:
  std::mutex mutex_;
  std::list<std::string> requests_;
};

}  // namespace pilotlight::webhook::testing

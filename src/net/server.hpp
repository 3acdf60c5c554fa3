#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "net/handler.hpp"
#include "net/limits.hpp"

namespace pilotlight::net {

/// An HTTP/1.1 server: `threads` io threads, each with its own connections; a connection never changes
/// thread.
class Server {
 public:
  /// Takes over a listening socket. Nothing is served before `start`.
  Server(int listening_fd, unsigned threads, const Limits& limits);
  ~Server();  ///< stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  unsigned threads() const;
  /// Runs `work` on an io thread; any thread. Dropped after `stop`.
  void post(unsigned thread, std::function<void()> work);

  /// The same, `delay` from now.
  void post_after(unsigned thread, std::chrono::milliseconds delay, std::function<void()> work);

  /// Begins to serve these routes. Once.
  void start(std::vector<Route> routes);
  /// Accepts nothing more, ends connections that are between requests, lets the others finish their exchange,
  /// and new ones their first. Any thread.
  void close_doors();
  /// After close_doors(): ends connections that have asked nothing yet. Any thread.
  void close_new();
  /// Ends all connections and threads at once. Idempotent.
  void stop();

  std::size_t connections() const;

 private:
  void finish_sessions(bool new_ones);

  struct Parts;
  std::unique_ptr<Parts> parts_;
};

/// A listening TCP socket on a numeric address ("127.0.0.1", "::1"), close-on-exec; -1 with errno on failure.
/// Port 0 picks one.
int listen_on(const std::string& address, std::uint16_t port);
/// The port that a listening socket is bound to; 0 on failure.
std::uint16_t port_of(int listening_fd);

}  // namespace pilotlight::net

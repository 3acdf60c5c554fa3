#pragma once

#include <functional>

#include "net/asio.hpp"

namespace pilotlight::net {

/// The connection that a request came on, as far as who answers it may ask. Lives until the handler has
/// returned, or the last part of its response is written; all calls on the connection's own thread.
class Exchange {
 public:
  virtual ~Exchange() = default;

  /// The connection's executor; a connection never changes thread.
  virtual Executor executor() = 0;
  /// Which of the server's io threads this is, from 0.
  virtual unsigned thread() = 0;
  /// Calls `action` once if the peer closes or resets the connection before the handler, or the next part of
  /// its response, has returned. A later call replaces the action; an empty function removes it.
  virtual void on_hangup(std::function<void()> action) = 0;
  /// The server closes its connections: a response that goes on part by part is cut off before its next part.
  virtual bool ending() const = 0;
};

}  // namespace pilotlight::net

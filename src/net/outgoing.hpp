#pragma once

#include <string>

#include "net/message.hpp"

namespace pilotlight::net {

/// A response, or a part of one, on its way to the kernel: as much as the socket takes at a time, but no more
/// than other connections of the thread can wait for.
class Outgoing {
 public:
  /// `head_only`: the answer to HEAD, whose header speaks of a body that does not follow.
  Outgoing(Response& response, bool head_only, bool keep_alive);
  /// These bytes as they are.
  explicit Outgoing(std::string text);

  /// Hands over what the socket takes now, at most 64 KiB, without waiting; false: the connection is broken.
  bool send_some(int fd);
  /// The socket took less than it was offered: wait until it takes more. Else it is the others' turn.
  bool blocked() const { return blocked_; }
  bool finished() const { return sent_ == size_; }
  std::size_t sent() const { return sent_; }  ///< bytes

 private:
  std::string front_;  ///< header, and a small body
  std::string body_;   ///< a large body, or its part before the payload
  Body payload_;
  std::string tail_;
  std::size_t size_ = 0;
  std::size_t sent_ = 0;
  bool blocked_ = false;
};

}  // namespace pilotlight::net

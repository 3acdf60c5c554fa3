#pragma once

#include <string>

#include "net/message.hpp"

namespace pilotlight::net {

/// A response, or a part of one, on its way to the kernel: as much as the socket takes at a time.
class Outgoing {
 public:
  /// `head_only`: the answer to HEAD, whose header speaks of a body that does not follow.
  Outgoing(Response& response, bool head_only, bool keep_alive);
  /// These bytes as they are.
  explicit Outgoing(std::string text);

  /// Hands over what the socket takes now, without waiting; false: the connection is broken.
  bool send_some(int fd);
  bool finished() const { return sent_ == size_; }
  std::size_t sent() const { return sent_; }  ///< bytes

 private:
  std::string front_;
  Body payload_;
  std::string tail_;
  std::size_t size_ = 0;
  std::size_t sent_ = 0;
};

}  // namespace pilotlight::net

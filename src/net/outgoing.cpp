#include "net/outgoing.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

#include "net/response_head.hpp"

namespace pilotlight::net {

Outgoing::Outgoing(Response& response, bool head_only, bool keep_alive) {
  const std::size_t payload = response.payload ? response.payload->size() : 0;
  front_ = response_head(response, Framing::length, response.head.size() + payload + response.tail.size(),
                         keep_alive);
  if (!head_only) {
    front_ += response.head;
    if (payload > 0) {
      payload_ = std::move(response.payload);
      tail_ = std::move(response.tail);
    } else {
      front_ += response.tail;
    }
  }
  size_ = front_.size() + (payload_ ? payload_->size() : 0) + tail_.size();
}

Outgoing::Outgoing(std::string text) : front_(std::move(text)), size_(front_.size()) {}

bool Outgoing::send_some(int fd) {
  const std::string_view texts[] = {front_, payload_ ? std::string_view(*payload_) : std::string_view(),
                                    tail_};
  std::array<iovec, 3> parts;
  msghdr message{};
  message.msg_iov = parts.data();
  std::size_t skip = sent_;
  for (std::string_view text : texts) {
    const std::size_t gone = std::min(skip, text.size());
    skip -= gone;
    text.remove_prefix(gone);
    if (!text.empty()) parts[message.msg_iovlen++] = {const_cast<char*>(text.data()), text.size()};
  }
  const ssize_t n = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (n > 0) sent_ += static_cast<std::size_t>(n);
  return n >= 0 || errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace pilotlight::net

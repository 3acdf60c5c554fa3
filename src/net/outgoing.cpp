#include "net/outgoing.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>
#include <iterator>

#include "net/response_head.hpp"

namespace pilotlight::net {
namespace {

/// A send of so many bytes holds up the thread for some 50 µs: through the loopback device the kernel
/// receives them within the same call.
constexpr std::size_t turn_bytes = 64UL << 10;
/// Texts up to this size are copied behind the header, which is cheaper than another part.
constexpr std::size_t copied_max = 16UL << 10;

}  // namespace

Outgoing::Outgoing(Response& response, bool head_only, bool keep_alive) {
  const std::size_t payload = response.payload ? response.payload->size() : 0;
  front_ = response_head(response, Framing::length, response.head.size() + payload + response.tail.size(),
                         keep_alive);
  if (!head_only) {
    if (response.head.size() <= copied_max)
      front_ += response.head;
    else
      body_ = std::move(response.head);
    if (payload > 0) payload_ = std::move(response.payload);
    if (payload > 0 || !body_.empty())
      tail_ = std::move(response.tail);
    else
      front_ += response.tail;
  }
  size_ = front_.size() + body_.size() + (payload_ ? payload_->size() : 0) + tail_.size();
}

Outgoing::Outgoing(std::string text) : front_(std::move(text)), size_(front_.size()) {}

bool Outgoing::send_some(int fd) {
  const std::string_view texts[] = {front_, body_,
                                    payload_ ? std::string_view(*payload_) : std::string_view(), tail_};
  std::array<iovec, std::size(texts)> parts;
  msghdr message{};
  message.msg_iov = parts.data();
  std::size_t skip = sent_, room = turn_bytes;
  for (std::string_view text : texts) {
    const std::size_t gone = std::min(skip, text.size());
    skip -= gone;
    text = text.substr(gone, room);
    room -= text.size();
    if (!text.empty()) parts[message.msg_iovlen++] = {const_cast<char*>(text.data()), text.size()};
  }
  const ssize_t n = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  blocked_ = n < static_cast<ssize_t>(turn_bytes - room);
  if (n > 0) sent_ += static_cast<std::size_t>(n);
  return n >= 0 || errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

}  // namespace pilotlight::net

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fd.hpp"
#include "keeper/wire/protocol.hpp"

namespace pilotlight::keeper {

enum class SendState { sent, full, closed };
enum class ReceiveState { packet, empty, closed };

struct Packet {
  std::string bytes;
  std::vector<Fd> attachments;
};

/// One end of a packet pair. Neither call ever blocks or raises SIGPIPE. Sending and receiving may happen on
/// two different threads.
class Channel {
 public:
  Channel() = default;
  explicit Channel(Fd socket) : socket_(std::move(socket)) {}

  /// Two connected ends, both close-on-exec.
  static Result<std::pair<Channel, Channel>> pair();

  static constexpr std::size_t attachments_max = 2;

  /// `bytes` is not empty and at most `packet_max`; the attachments are duplicated to the peer.
  SendState send(const std::string& bytes, const std::vector<Fd>& attachments = {}) const;
  /// What the peer sent before it closed is still received; then `closed`.
  ReceiveState receive(Packet& into) const;

  int fd() const { return socket_.get(); }
  explicit operator bool() const { return static_cast<bool>(socket_); }
  void close() { socket_.reset(); }
  Fd take() { return std::move(socket_); }

 private:
  Fd socket_;
};

/// An anonymous file with these bytes, close-on-exec.
Result<Fd> memory_file(const std::string& bytes);
/// The whole content of such a file, wherever its offset stands.
Result<std::string> read_memory_file(int fd, std::size_t size_max);

}  // namespace pilotlight::keeper

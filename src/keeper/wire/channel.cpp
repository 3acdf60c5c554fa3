#include "keeper/wire/channel.hpp"

#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>

#include "base/assert.hpp"

namespace pilotlight::keeper {
namespace {

/// Room for the descriptors beside a packet.
union Control {
  cmsghdr header;
  char bytes[CMSG_SPACE(sizeof(int) * Channel::attachments_max)];
};

void attach(msghdr& message, Control& control, const std::vector<Fd>& fds) {
  message.msg_control = control.bytes;
  message.msg_controllen = CMSG_SPACE(sizeof(int) * fds.size());
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int) * fds.size());
  for (std::size_t i = 0; i < fds.size(); ++i) {
    const int fd = fds[i].get();
    std::memcpy(CMSG_DATA(header) + i * sizeof fd, &fd, sizeof fd);
  }
}

std::vector<Fd> attachments_of(msghdr& message) {
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header == nullptr || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) return {};
  std::vector<Fd> fds;
  for (std::size_t at = 0; CMSG_LEN(at) < header->cmsg_len; at += sizeof(int)) {
    int fd = -1;
    std::memcpy(&fd, CMSG_DATA(header) + at, sizeof fd);
    fds.emplace_back(fd);
  }
  return fds;
}

bool would_block(int number) {
  return number == EAGAIN || number == EWOULDBLOCK || number == ENOBUFS || number == ETOOMANYREFS;
}

}  // namespace

Result<std::pair<Channel, Channel>> Channel::pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) return os_error("socketpair");
  return std::pair{Channel(Fd{ends[0]}), Channel(Fd{ends[1]})};
}

SendState Channel::send(const std::string& bytes, const std::vector<Fd>& attachments) const {
  ASSERT(!bytes.empty() && bytes.size() <= packet_max && attachments.size() <= attachments_max);
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  Control control{};
  if (!attachments.empty()) attach(message, control, attachments);
  for (;;) {
    if (::sendmsg(socket_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return SendState::sent;
    if (errno == EINTR) continue;
    return would_block(errno) ? SendState::full : SendState::closed;
  }
}

ReceiveState Channel::receive(Packet& into) const {
  thread_local std::array<char, packet_max> room;
  into.attachments.clear();
  iovec part{room.data(), room.size()};
  Control control{};
  for (;;) {
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    const ssize_t got = ::recvmsg(socket_.get(), &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    // A peer that died with unread packets is announced once by ECONNRESET, before its own last packets.
    if (got < 0 && (errno == EINTR || errno == ECONNRESET)) continue;
    if (got < 0 && would_block(errno)) return ReceiveState::empty;
    if (got <= 0) return ReceiveState::closed;
    into.bytes.assign(room.data(), static_cast<std::size_t>(got));
    into.attachments = attachments_of(message);
    return ReceiveState::packet;
  }
}

Result<Fd> memory_file(const std::string& bytes) {
  Fd file{::memfd_create("pilotlight", MFD_CLOEXEC)};
  if (!file) return os_error("memfd_create");
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t wrote = ::write(file.get(), bytes.data() + done, bytes.size() - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return os_error("write to a memory file");
    done += static_cast<std::size_t>(wrote);
  }
  return file;
}

Result<std::string> read_memory_file(int fd, std::size_t size_max) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) return os_error("fstat of a memory file");
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size > size_max) return refusal(Errc::too_large, "memory file of " + std::to_string(size) + " bytes");
  std::string bytes(size, '\0');
  for (std::size_t done = 0; done < size;) {
    const ssize_t got = ::pread(fd, bytes.data() + done, size - done, static_cast<off_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return os_error("read from a memory file");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace pilotlight::keeper

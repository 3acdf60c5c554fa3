#include "keeper/host/service_manager.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstdlib>

#include "base/fd.hpp"

namespace pilotlight::keeper {
namespace {

constexpr const char* variable = "NOTIFY_SOCKET";

}  // namespace

ServiceManager::ServiceManager() {
  if (const char* given = std::getenv(variable)) socket_ = given;
  ::unsetenv(variable);
}

void ServiceManager::tell(std::string_view lines) const {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  if (socket_.empty() || socket_.size() > sizeof name.sun_path) return;
  socket_.copy(name.sun_path, sizeof name.sun_path);
  if (socket_[0] == '@') name.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_.size());
  const Fd socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  ::sendto(socket.get(), lines.data(), lines.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&name),
           length);
}

}  // namespace pilotlight::keeper

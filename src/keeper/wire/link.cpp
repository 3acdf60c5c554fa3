#include "keeper/wire/link.hpp"

#include <fcntl.h>

#include "keeper/wire/inherited_fds.hpp"

namespace pilotlight::keeper {

Result<KeeperLink> take_keeper_link(std::string_view option_value) {
  const auto fds = InheritedFds::parse(option_value);
  if (!fds)
    return refusal(Errc::invalid,
                   "the keeper's descriptors cannot be read; start the server with: pilotlight serve");
  for (const int fd : {fds->channel, fds->listener, fds->lock})
    if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) return os_error("a descriptor of the keeper is missing");
  auto client = KeeperClient::connect(Channel(Fd{fds->channel}));
  if (!client) return client.error();
  KeeperLink link{std::move(*client), Fd{fds->listener}, Fd{fds->lock}, nullptr};
  link.clock = std::make_unique<PlaneTime>(link.keeper->welcome().time);
  return link;
}

}  // namespace pilotlight::keeper

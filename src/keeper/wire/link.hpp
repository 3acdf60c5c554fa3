#pragma once

#include <memory>
#include <string_view>

#include "keeper/wire/client.hpp"
#include "keeper/wire/plane_time.hpp"

namespace pilotlight::keeper {

/// What a server inherits from its keeper.
struct KeeperLink {
  std::unique_ptr<KeeperClient> keeper;
  Fd listener;  ///< bound and listening; connections may already wait
  Fd lock;      ///< never closed: the data folder is ours while it is open
  std::unique_ptr<PlaneTime> clock;
};

/// Takes the descriptors named by the value of the inherited option and greets the keeper.
Result<KeeperLink> take_keeper_link(std::string_view option_value);

}  // namespace pilotlight::keeper

#pragma once

#include <sys/resource.h>

#include <memory>
#include <optional>
#include <string>

#include "base/fd.hpp"
#include "keeper/data_folder.hpp"
#include "keeper/host/keeper.hpp"

namespace pilotlight::keeper {

/// A foundation holds what must be there before the keeper's loop begins.
struct Foundation {
  DataFolder folder;
  std::string folder_id;
  std::optional<UserAccount> user;
  FolderChoice worker_folder = FolderChoice::link;
  Fd lock;
  Listener listener;
};

/// Makes and locks the data folder, finds the workers' user, opens the listening socket.
Result<Foundation> lay_foundation(const KeeperConfig& config);

/// Blocks the signals that end us, restart the server or tell of children; they are read from the descriptor
/// instead. A signal that whoever started us had ignored, as nohup does, stays ignored: blocked, it would be
/// delivered.
Fd take_signals();

/// As high as it goes: three descriptors a worker are needed. Returns the limit as it was.
std::optional<rlimit> raise_open_files();

/// Null, and a line in the log, if there is no place for cgroups.
std::unique_ptr<CgroupPool> open_cgroups(const KeeperConfig& config, const std::string& folder_id);

}  // namespace pilotlight::keeper

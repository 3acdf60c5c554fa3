#pragma once

#include <signal.h>

#include <string>
#include <vector>

#include "keeper/host/listener.hpp"
#include "keeper/worker/cgroup.hpp"
#include "keeper/worker/given_folder.hpp"

namespace pilotlight::keeper {

struct KeeperConfig {
  std::string data;  ///< the data folder
  HostPort listen;
  std::string worker_user;  ///< empty: workers run as the keeper's own user
  CgroupChoice cgroups = CgroupChoice::automatic;
  std::string cgroup_root = "/sys/fs/cgroup";
  FolderChoice worker_folder = FolderChoice::automatic;
  std::uint64_t worker_folder_copy_max = std::uint64_t{1} << 30;  ///< bytes
  milliseconds grace{30'000};                                     ///< from the first signal to the end
  milliseconds remains_wait{5'000};  ///< for a server on the same folder that is about to be gone
  /// Arguments of the server, which is this program run again; the first is its name. The option that tells
  /// it the inherited descriptors is appended.
  std::vector<std::string> server_command;
};

/// Tells a keeper to end its server and run it again, from the program that lies at the keeper's path by
/// then.
inline constexpr int restart_signal = SIGUSR2;

/// The parent process of a server: holds the data folder's lock, the listening socket and the workers, starts
/// the server and starts it again whenever it ends. It decides nothing else. Returns the exit status when a
/// signal has ended everything (0), or when it cannot begin or the first server never became ready (the
/// reason is on stderr). Takes over the process: its signals, its limits, its descriptors. One thread only.
int run_keeper(const KeeperConfig& config);

}  // namespace pilotlight::keeper

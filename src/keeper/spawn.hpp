#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "keeper/fd.hpp"

namespace pilotlight::keeper {

/// Another user to run as, looked up beforehand.
struct UserAccount {
  uid_t uid = 0;
  gid_t gid = 0;
  std::vector<gid_t> groups;
  std::string name;
  std::string home;
};
/// nullopt in the result: the process is that user already. Refuses unknown names, and other users unless we
/// are root.
Result<std::optional<UserAccount>> find_user(const std::string& name);

/// One process to start. It gets a session of its own, the default signal state, SIGKILL when we die, and no
/// descriptors beyond 0, 1, 2 and `keep`.
struct SpawnPlan {
  std::vector<std::string> command;                     ///< not empty
  std::string program;                                  ///< file to run; empty: command[0], found in PATH
  std::optional<std::vector<std::string>> environment;  ///< "NAME=value"; nullopt: ours
  std::string folder;                                   ///< working folder; empty: ours
  std::optional<UserAccount> user;
  std::optional<mode_t> umask;
  std::optional<rlimit> open_files;
  int output = -1;  ///< becomes 1 and 2; -1: ours
  bool empty_input = false;
  int cgroup_procs = -1;   ///< open for writing; the process enters this cgroup
  int cgroup_folder = -1;  ///< of the same cgroup, if it is v2; the process is made inside where that works
  std::vector<int> keep;
};

/// A process that was made and is about to run its program.
struct Spawned {
  pid_t pid = 0;
  /// Readable when the outcome is known: see spawn_failure.
  Fd outcome;
};

/// Returns as soon as the process is there; whether its program could be run is told by `outcome`. The
/// calling process must have one thread.
Result<Spawned> spawn(const SpawnPlan& plan);

/// `running`: its program was reached, or the process was killed before.
enum class SpawnOutcome : std::uint8_t { pending, running, failed };
/// Reads the outcome once, without waiting; if it failed, `why` says so in words.
SpawnOutcome spawn_outcome(const Spawned& spawned, const SpawnPlan& plan, std::string& why);

}  // namespace pilotlight::keeper

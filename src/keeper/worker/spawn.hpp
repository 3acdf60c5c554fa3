#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/fd.hpp"
#include "keeper/worker/user_account.hpp"

namespace pilotlight::keeper {

/// One process to start. It gets a session of its own, the default signal state, SIGKILL when we die, and no
/// descriptors beyond 0, 1, 2 and `keep`.
struct SpawnPlan {
  std::vector<std::string> command;                     ///< not empty
  std::string program;                                  ///< file to run; empty: command[0], found in PATH
  std::optional<std::vector<std::string>> environment;  ///< "NAME=value"; nullopt: ours
  std::string folder;                                   ///< working folder; empty: ours
  /// If set, makes the working folder and returns it, or says in words why there is none. Runs in the new
  /// process, as our user.
  std::function<Result<std::string>()> make_folder;
  std::optional<UserAccount> user;
  std::optional<mode_t> umask;
  std::optional<rlimit> open_files;
  int output = -1;  ///< becomes 1 and 2; -1: ours
  bool empty_input = false;
  int cgroup_procs = -1;   ///< open for writing; the process enters this cgroup
  int cgroup_folder = -1;  ///< the same cgroup's folder, if it is v2; the process is made in it if that works
  /// Close-on-exec. The process runs its program once this can be read, and ends without if the other side
  /// is closed before; -1: at once.
  int gate = -1;
  std::vector<int> keep;  ///< none beside a gate
};

class NewProcess;

/// A process that was made and is about to run its program.
struct Spawned {
  pid_t pid = 0;
  /// Readable when the outcome is known: see spawn_outcome.
  Fd outcome;
  /// What the process reads until it has reached its program or is reaped; secrets among it.
  std::shared_ptr<const NewProcess> laid_out;
};

/// Returns as soon as the process is there; whether its program could be run is told by `outcome`. The
/// calling process must have one thread. Descriptors of the plan may be closed afterwards.
Result<Spawned> spawn(SpawnPlan plan);

/// `running`: its program was reached, or the process ended before.
enum class SpawnOutcome : std::uint8_t { pending, running, failed };
/// Reads the outcome without waiting; if it failed, `why` says so in words.
SpawnOutcome spawn_outcome(Spawned& spawned, std::string& why);

}  // namespace pilotlight::keeper

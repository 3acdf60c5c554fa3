#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "keeper/worker/spawn.hpp"

namespace pilotlight::keeper {

/// What the new process was doing when it failed.
enum class Stage : std::uint8_t { descriptors, cgroup, user, given_folder, folder, parent, program };

struct SpawnFailure {
  Stage stage;
  int number;                   ///< errno of the failure
  std::array<char, 1024> text;  ///< for a given folder: the reason, which ends at a NUL
};

/// A process from its first instruction to its program. Everything it needs is laid out before it exists: it
/// may share our memory with us, who go on meanwhile, so it writes nothing but its own stack, and makes
/// system calls that leave errno alone. With another user or a folder to make it has memory of its own.
class NewProcess {
 public:
  /// `report` receives a SpawnFailure; close-on-exec.
  NewProcess(SpawnPlan plan, int report);

  /// Makes it; negative, with errno, if it could not be made.
  pid_t make();
  const SpawnPlan& plan() const { return plan_; }

 private:
  enum class Born : std::uint8_t { outside, in_its_cgroup };

  bool may_share_memory() const { return !plan_.user && !plan_.make_folder; }
  pid_t make_sharing_memory();
  pid_t make_with_own_memory();
  [[noreturn]] static void begin(const NewProcess* process);
  [[noreturn]] void become(Born born) const;
  void reset_signals() const;
  void place_descriptors() const;
  void enter_folder() const;
  void change_user() const;
  void die_with_parent() const;
  void wait_for_gate() const;
  [[noreturn]] void run_program() const;
  [[noreturn]] void fail(Stage stage, long failed, std::string_view text = {}) const;

  const SpawnPlan plan_;
  const std::vector<std::string> programs_;  ///< paths to try, in order
  const std::vector<char*> command_, environment_;
  const pid_t parent_;
  const int report_;
  std::vector<char> stack_;  ///< its own while it shares our memory
};

}  // namespace pilotlight::keeper

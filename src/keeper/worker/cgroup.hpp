#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/fd.hpp"

namespace pilotlight::keeper {

/// Which kind of cgroup holds a worker. One hierarchy is enough: it is used to find and to kill everything a
/// worker has started, not to limit it.
enum class CgroupKind : std::uint8_t {
  v2,          ///< the unified tree, alone or beside v1 (hybrid)
  v1_freezer,  ///< held still while it is killed
  v1,          ///< another v1 controller: killed in rounds
};

/// Where a worker's cgroup can be made.
struct CgroupPlace {
  CgroupKind kind;
  std::string folder;  ///< an existing cgroup folder
};

enum class CgroupChoice : std::uint8_t { automatic, v1, v2, off };

/// Finds the place below `root` (usually /sys/fs/cgroup): the v2 tree if there is one, else the v1 controller
/// freezer, pids or memory. `own` is the text of /proc/self/cgroup: below our own cgroup where it is visible
/// there. Refuses with the reason when there is none.
Result<CgroupPlace> find_cgroup_place(const std::string& root, CgroupChoice choice, const std::string& own);

/// One cgroup, made and empty, for one worker at a time.
class Cgroup {
 public:
  static Result<std::unique_ptr<Cgroup>> make(CgroupKind kind, const std::string& path);
  ~Cgroup();

  /// Open for writing; a process that writes "0" enters. That waits for a grace period of the kernel, some
  /// 10 ms, unless a process entered just before.
  int procs_fd() const { return procs_.get(); }
  /// The open folder, in which a process can be made without that wait; -1 where the kind has no such way.
  int folder_fd() const { return folder_.get(); }
  /// Sends SIGKILL to everything in it. They may still be there when it returns; call again until `empty`.
  void kill() const;
  bool empty() const;
  /// Whether another worker may have it. Not a v2 cgroup that was ever killed by its own file: newer kernels
  /// (seen on 6.18) then kill whatever is made inside it, at once.
  bool reusable() const { return !spoilt_ && empty(); }

 private:
  Cgroup(CgroupKind kind, std::string path, Fd procs, Fd folder);
  void kill_listed() const;
  bool write(const char* file, std::string_view text) const;

  CgroupKind kind_;
  std::string path_;
  Fd procs_, folder_;
  mutable bool spoilt_ = false;
};

/// The cgroups of one data folder's workers. A few are always made ahead, so that starting a worker makes
/// none.
class CgroupPool {
 public:
  /// Kills and removes what an earlier keeper of the same folder left behind, and tries whether a process can
  /// enter a new one. Refuses with the reason when cgroups cannot be used.
  static Result<std::unique_ptr<CgroupPool>> open(const CgroupPlace& place, const std::string& folder_id);
  ~CgroupPool();

  /// Null when none can be made.
  std::unique_ptr<Cgroup> take();
  /// Is used again if it can be.
  void give_back(std::unique_ptr<Cgroup> cgroup);
  /// Makes one ahead if there is none.
  void prepare();

 private:
  CgroupPool(CgroupKind kind, std::string base, Fd lock)
      : kind_(kind), base_(std::move(base)), lock_(std::move(lock)) {}
  std::unique_ptr<Cgroup> make_one();

  CgroupKind kind_;
  std::string base_;
  Fd lock_;
  std::uint64_t made_ = 0;
  std::vector<std::unique_ptr<Cgroup>> spare_;
};

}  // namespace pilotlight::keeper

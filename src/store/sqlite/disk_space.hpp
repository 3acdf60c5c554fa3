#pragma once

#include <sys/stat.h>

#include <atomic>
#include <cstdint>
#include <string>

#include "base/error.hpp"
#include "base/units.hpp"

namespace pilotlight::store {

/// The room on the disk of a data folder, and whether the folder is still in its place. Both are looked at
/// ten times a second at the most. Any thread, but for watch().
class DiskSpace {
 public:
  /// `reserve`: free space below which nothing new is stored.
  DiskSpace(std::string folder, ByteCount reserve) : folder_(std::move(folder)), reserve_(reserve) {}

  /// Remembers the file that is open, `folder`'s database. Once, before all other calls.
  Result<void> watch(std::string database);

  /// See Store::accepts_jobs().
  Result<void> accepts_jobs();
  /// See Store::can_commit().
  Result<void> can_commit();

  /// The disk had no room for a file, which may have been large.
  void refused_file() { full_ = true; }
  /// The disk had no room for a commit.
  void refused_commit() {
    full_ = true;
    has_room_ = false;
  }
  /// A commit is durable.
  void committed() {
    full_ = false;
    has_room_ = true;
  }

 private:
  /// Asks the disk if that is due. Refuses with `unavailable` while the folder is not in its place.
  Result<void> look();
  void look_at_disk();
  void look_at_place();

  const std::string folder_;
  const ByteCount reserve_;
  std::string database_path_;
  struct stat database_ {};
  std::atomic<bool> full_{false};
  std::atomic<bool> above_reserve_{true};
  std::atomic<bool> has_room_{true};  ///< for a commit
  std::atomic<bool> in_place_{true};
  std::atomic<std::int64_t> looked_{0};  ///< milliseconds of the steady clock
};

}  // namespace pilotlight::store

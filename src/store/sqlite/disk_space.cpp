#include "store/sqlite/disk_space.hpp"

#include <sys/statvfs.h>

#include <chrono>

#include "base/log.hpp"

namespace pilotlight::store {
namespace {

constexpr std::chrono::milliseconds looked_at_every{100};
constexpr ByteCount commit_room = 1 << 20;  ///< a change of definitions hardly writes more

}  // namespace

Result<void> DiskSpace::watch(std::string database) {
  database_path_ = std::move(database);
  if (::stat(database_path_.c_str(), &database_) != 0)
    return refusal(Errc::io, "cannot read " + database_path_);
  return {};
}

Result<void> DiskSpace::look() {
  const std::int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                               std::chrono::steady_clock::now().time_since_epoch())
                               .count();
  std::int64_t last = looked_.load(std::memory_order_relaxed);
  if (now - last >= looked_at_every.count() && looked_.compare_exchange_strong(last, now)) {
    look_at_disk();
    look_at_place();
  }
  if (in_place_.load(std::memory_order_relaxed)) return {};
  return refusal(Errc::unavailable,
                 "the server's data folder was moved or removed, and new jobs are refused; put the folder "
                 "back, or start the server again");
}

void DiskSpace::look_at_disk() {
  struct statvfs disk {};
  if (::statvfs(folder_.c_str(), &disk) != 0) return;
  const bool writable = (disk.f_flag & ST_RDONLY) == 0;
  const ByteCount free = static_cast<ByteCount>(disk.f_bavail) * disk.f_frsize;
  above_reserve_ = writable && free >= reserve_;
  // Worth another try: the commit itself will tell.
  has_room_ = writable && free >= commit_room;
  if (above_reserve_) full_ = false;
}

/// Whether the next server on this folder would find what this one has open.
void DiskSpace::look_at_place() {
  struct stat found {};
  const bool same = ::stat(database_path_.c_str(), &found) == 0 && found.st_ino == database_.st_ino &&
                    found.st_dev == database_.st_dev;
  if (in_place_.exchange(same) == same) return;
  if (same)
    log::info("store_back folder={}", folder_);
  else
    log::error("store_moved folder={} action=\"new jobs are refused until the folder is back\"", folder_);
}

Result<void> DiskSpace::accepts_jobs() {
  if (auto in_place = look(); !in_place) return in_place;
  if (above_reserve_.load(std::memory_order_relaxed) && !full_.load(std::memory_order_relaxed)) return {};
  return refusal(Errc::no_space, "the disk has no space for new jobs; accepted jobs go on. Try again later");
}

Result<void> DiskSpace::can_commit() {
  if (auto in_place = look(); !in_place) return in_place;
  if (has_room_.load(std::memory_order_relaxed)) return {};
  return refusal(Errc::no_space, "the disk is full or read-only; free some space and try again");
}

}  // namespace pilotlight::store

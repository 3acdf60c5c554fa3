#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "base/error.hpp"
#include "store/sqlite/database.hpp"

namespace pilotlight::store {

/// Moves the WAL into the database on a thread and a connection of its own, so that no commit pays for it.
/// SQLite begins a WAL anew only when all of it was moved, which never happens while commits go on; so now
/// and then, when little is left to move, the writer waits for that rest. A WAL that is begun anew is
/// overwritten in place, and syncing it is cheaper than syncing one that grows.
class Checkpointer {
 public:
  static constexpr std::int64_t worth_it = 4LL << 20;    ///< to move, unless nothing else is going on
  static constexpr std::int64_t wal_usual = 16LL << 20;  ///< from here on the writer waits for a small rest
  static constexpr std::int64_t small_rest = 1LL << 20;
  static constexpr std::int64_t wal_max = 64LL << 20;  ///< here it waits whatever the rest is

  ~Checkpointer() { stop(); }
  Result<void> start(const std::string& path);
  void stop();

  /// The writing thread tells the WAL's size after a commit, and waits here when it is time to begin anew.
  void after_commit(std::int64_t wal_bytes);

 private:
  void run();

  Database database_;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::int64_t wal_bytes_ = 0;
  /// Bytes of the WAL that are in the database; less than were tried while a reader needs the old pages.
  std::int64_t moved_bytes_ = 0;
  std::int64_t tried_bytes_ = 0;
  bool writer_waits_ = false;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace pilotlight::store

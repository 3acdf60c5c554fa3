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
/// Only when the WAL has grown to `wal_max` does the writer wait for it.
class Checkpointer {
 public:
  static constexpr std::int64_t wal_max = 64LL << 20;
  static constexpr std::int64_t wal_worth_it = 4LL << 20;  ///< below it only when nothing else is going on

  ~Checkpointer() { stop(); }
  Result<void> start(const std::string& path);
  void stop();

  /// The writing thread tells the WAL's size after a commit, and waits here while it is too large.
  void after_commit(std::int64_t wal_bytes);

 private:
  void run();

  Database database_;
  std::mutex mutex_;
  std::condition_variable wake_, done_;
  std::int64_t wal_bytes_ = 0;
  bool writer_waits_ = false;
  bool closed_ = false;
  std::thread thread_;
};

}  // namespace pilotlight::store

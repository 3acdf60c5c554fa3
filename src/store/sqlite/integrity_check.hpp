#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "ports/store.hpp"
#include "store/sqlite/database.hpp"

namespace pilotlight::store {

/// SQLite's check of the whole database, and a count of its rows, on a thread and a read-only connection of
/// their own, at the lowest priority. The check reads as of one moment, and the WAL cannot begin anew
/// meanwhile; where the WAL has grown, the check makes way and begins again later.
class IntegrityCheck {
 public:
  ~IntegrityCheck() { stop(); }

  Result<void> start(const std::string& path);
  /// Ends the check where it stands. Idempotent.
  void stop();

  /// The committing thread tells the WAL's size after a commit.
  void after_commit(std::int64_t wal_bytes) {
    if (wal_bytes >= wal_max && looking_.load(std::memory_order_relaxed)) make_way();
  }

  Integrity integrity() const;
  /// Known without a check.
  void found(const std::string& finding);

 private:
  /// Twice the size at which a busy writer has its WAL moved: no commit has waited until then.
  static constexpr std::int64_t wal_max = 32LL << 20;

  void run();
  void make_way();
  /// One look at everything: what is wrong, empty if nothing is. Of no meaning if it was interrupted.
  std::string look();
  void finish(const std::string& finding);

  Database database_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  Integrity integrity_;
  bool closed_ = false;
  bool ended_ = true;
  std::atomic<bool> looking_{false};
  std::atomic<bool> interrupted_{false};
  std::thread thread_;
};

}  // namespace pilotlight::store

#include "store/sqlite/checkpointer.hpp"

#include <chrono>

#include "base/log.hpp"

namespace pilotlight::store {
namespace {

constexpr std::chrono::milliseconds at_least_every{1000};

}  // namespace

Result<void> Checkpointer::start(const std::string& path) {
  if (auto opened = database_.open(path, Database::Mode::read_write); !opened) return opened.error();
  if (auto set = database_.run("PRAGMA synchronous = FULL; PRAGMA cache_size = -2048"); !set)
    return set.error();
  thread_ = std::thread([this] { run(); });
  return {};
}

void Checkpointer::stop() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }
  wake_.notify_one();
  done_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Checkpointer::after_commit(std::int64_t wal_bytes) {
  std::unique_lock lock(mutex_);
  if (wal_bytes < wal_bytes_) moved_bytes_ = tried_bytes_ = 0;  // begun anew
  wal_bytes_ = wal_bytes;
  const std::int64_t rest = wal_bytes_ - moved_bytes_;
  if (wal_bytes - tried_bytes_ >= worth_it) wake_.notify_one();
  const bool begin_anew =
      rest > 0 && (wal_bytes >= wal_max || (wal_bytes >= wal_usual && rest <= small_rest));
  if (!begin_anew) return;
  writer_waits_ = true;
  wake_.notify_one();
  done_.wait(lock, [this] { return !writer_waits_ || closed_; });
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  while (!closed_) {
    wake_.wait_for(lock, at_least_every,
                   [this] { return closed_ || wal_bytes_ - tried_bytes_ >= worth_it || writer_waits_; });
    if (closed_) return;
    if (wal_bytes_ <= moved_bytes_) continue;
    lock.unlock();
    int frames = 0, moved = 0;
    const int code =
        sqlite3_wal_checkpoint_v2(database_.handle(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &frames, &moved);
    lock.lock();
    if (code != SQLITE_OK && code != SQLITE_BUSY) log::warn("checkpoint_failed code={}", code);
    tried_bytes_ = code == SQLITE_OK ? std::int64_t{frames} * 4096 : wal_bytes_;
    if (code == SQLITE_OK) moved_bytes_ = std::int64_t{moved} * 4096;
    writer_waits_ = false;
    done_.notify_all();
  }
}

}  // namespace pilotlight::store

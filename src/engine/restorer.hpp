#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "domain/record.hpp"

namespace pilotlight::engine {

/// Restores loaded records on a thread of its own, in their order, while the caller loads the next ones: of a
/// start with a million jobs that is half the time.
class Restorer {
 public:
  /// `restore` is called on the thread, for one record after another.
  explicit Restorer(std::function<void(const Record&)> restore)
      : restore_(std::move(restore)), thread_([this] { run(); }) {}
  ~Restorer() { finish(); }
  Restorer(const Restorer&) = delete;
  Restorer& operator=(const Restorer&) = delete;

  void push(Record record) {
    filling_.push_back(std::move(record));
    if (filling_.size() == chunk) hand_over();
  }

  /// Returns when every record is restored. Idempotent.
  void finish() {
    if (!thread_.joinable()) return;
    hand_over();
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

 private:
  static constexpr std::size_t chunk = 256;
  static constexpr std::size_t waiting_max = 16;  ///< chunks; bounds what is in memory twice

  void hand_over() {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return waiting_.size() < waiting_max; });
      waiting_.push_back(std::move(filling_));
    }
    changed_.notify_all();
    filling_ = {};
    filling_.reserve(chunk);
  }

  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return closed_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      const std::vector<Record> records = std::move(waiting_.front());
      waiting_.pop_front();
      lock.unlock();
      changed_.notify_all();
      for (const Record& record : records) restore_(record);
      lock.lock();
    }
  }

  const std::function<void(const Record&)> restore_;
  std::vector<Record> filling_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::vector<Record>> waiting_;
  bool closed_ = false;
  std::thread thread_;  ///< last: begins when all else is there
};

}  // namespace pilotlight::engine

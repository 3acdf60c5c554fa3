#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "floors/database.hpp"

namespace pilotlight::bench {

/// Submitters with one outstanding operation each, and one writer that commits whatever has arrived
/// meanwhile.
class GroupCommit {
 public:
  explicit GroupCommit(BareDatabase& database) : database_(database) {}

  /// Operations committed within this time.
  long run(int submitters, double seconds) {
    std::thread writer([this] { write(); });
    std::vector<std::thread> all;
    for (int i = 0; i < submitters; ++i) all.emplace_back([this] { submit(); });
    std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    arrived_.notify_one();
    for (std::thread& one : all) one.join();
    writer.join();
    return committed_;
  }
  double mean_batch() const { return static_cast<double>(committed_) / static_cast<double>(commits_); }

 private:
  void submit() {
    std::unique_lock lock(mutex_);
    while (!closed_) {
      const long mine = ++submitted_;
      if (mine == committed_ + 1 || writer_sleeps_) arrived_.notify_one();
      durable_.wait(lock, [&] { return committed_ >= mine; });
    }
  }
  void write() {
    std::unique_lock lock(mutex_);
    while (!closed_ || submitted_ > committed_) {
      writer_sleeps_ = true;
      arrived_.wait(lock, [this] { return closed_ || submitted_ > committed_; });
      writer_sleeps_ = false;
      const long until = submitted_;
      const long count = until - committed_;
      if (count == 0) continue;
      lock.unlock();
      database_.begin();
      for (long i = 0; i < count; ++i) database_.insert();
      database_.commit();
      lock.lock();
      committed_ = until;
      ++commits_;
      durable_.notify_all();
    }
  }

  BareDatabase& database_;
  std::mutex mutex_;
  std::condition_variable arrived_, durable_;
  long submitted_ = 0, committed_ = 0, commits_ = 0;
  bool writer_sleeps_ = false, closed_ = false;
};

}  // namespace pilotlight::bench

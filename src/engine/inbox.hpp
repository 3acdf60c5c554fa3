#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <vector>

#include "engine/submission.hpp"

namespace pilotlight::engine {

/// Where all threads leave commands and the engine thread fetches them. While a commit is under way there is
/// no hurry: the engine is then woken only for `patience` commands or when the commit ends, so that a busy
/// server does not pay a wake-up for each command.
class Inbox {
 public:
  static constexpr std::size_t patience = 32;
  static constexpr std::size_t lane_batch_max = 512;

  /// Leaves the list empty.
  void push(std::vector<Submission>& list) {
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      for (Submission& item : list) lanes_[static_cast<std::size_t>(item.lane)].push_back(std::move(item));
      size_ += list.size();
      wake = sleeping_ && (eager_ || size_ >= patience);
      if (wake) sleeping_ = false;
    }
    if (wake) wake_.notify_one();
    list.clear();
  }

  /// The store has nothing to do (`eager`): commands must not wait for company.
  void set_eager(bool eager) {
    bool wake = false;
    {
      const std::lock_guard lock(mutex_);
      eager_ = eager;
      wake = sleeping_ && eager_ && size_ > 0;
      if (wake) sleeping_ = false;
    }
    if (wake) wake_.notify_one();
  }

  void close() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      sleeping_ = false;
    }
    wake_.notify_one();
  }

  /// Waits for commands, for `delay` to pass (nullopt: for ever), or for the end; then moves at most
  /// `lane_batch_max` commands of each lane into `out`, worker lane first. False: closed and empty.
  bool take(std::optional<std::chrono::milliseconds> delay, std::vector<Submission>& out) {
    std::unique_lock lock(mutex_);
    if (!ready()) {
      sleeping_ = true;
      const auto woken = [this] { return !sleeping_ || ready(); };
      if (delay)
        wake_.wait_for(lock, *delay, woken);
      else
        wake_.wait(lock, woken);
      sleeping_ = false;
    }
    for (auto& lane : lanes_) {
      const std::size_t count = std::min(lane.size(), lane_batch_max);
      std::move(lane.begin(), lane.begin() + static_cast<std::ptrdiff_t>(count), std::back_inserter(out));
      lane.erase(lane.begin(), lane.begin() + static_cast<std::ptrdiff_t>(count));
      size_ -= count;
    }
    return !(closed_ && out.empty());
  }

 private:
  bool ready() const { return closed_ || (size_ > 0 && (eager_ || size_ >= patience)); }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::array<std::vector<Submission>, 3> lanes_;
  std::size_t size_ = 0;
  bool sleeping_ = false;
  bool eager_ = true;
  bool closed_ = false;
};

}  // namespace pilotlight::engine

#pragma once

#include <algorithm>
#include <functional>
#include <list>
#include <mutex>

#include "base/units.hpp"

namespace pilotlight::net {

/// A bound on bytes held in memory, shared by all io threads. Who does not get its share at once waits in
/// line: first come, first served, so that a large request is not starved by small ones. Outlives everything
/// it granted.
class ByteBudget {
 public:
  explicit ByteBudget(ByteCount total) : total_(total), left_(total) {}

  /// What a request of this size is charged: one that exceeds the whole budget gets it all.
  ByteCount charge(ByteCount bytes) const { return std::min(bytes, total_); }

  /// As `acquire`, without waiting in line.
  bool try_acquire(ByteCount charge) {
    const std::lock_guard lock(mutex_);
    if (!line_.empty() || charge > left_) return false;
    left_ -= charge;
    return true;
  }

  /// True: granted. False: `granted` is called once it is, on the thread that gives bytes back.
  bool acquire(ByteCount charge, std::function<void()> granted) {
    const std::lock_guard lock(mutex_);
    if (line_.empty() && charge <= left_) {
      left_ -= charge;
      return true;
    }
    line_.push_back({charge, std::move(granted)});
    return false;
  }

  void give_back(ByteCount charge) {
    std::list<Waiting> served;
    {
      const std::lock_guard lock(mutex_);
      left_ += charge;
      while (!line_.empty() && line_.front().charge <= left_) {
        left_ -= line_.front().charge;
        served.splice(served.end(), line_, line_.begin());
      }
    }
    for (const Waiting& waiting : served) waiting.granted();
  }

  /// Forgets who waits: none of them is called.
  void forget_waiting() {
    std::list<Waiting> forgotten;
    const std::lock_guard lock(mutex_);
    forgotten.swap(line_);
  }

  /// Whether somebody waits in line.
  bool contended() const {
    const std::lock_guard lock(mutex_);
    return !line_.empty();
  }

  ByteCount left() const {
    const std::lock_guard lock(mutex_);
    return left_;
  }

 private:
  struct Waiting {
    ByteCount charge;
    std::function<void()> granted;
  };

  const ByteCount total_;
  mutable std::mutex mutex_;
  ByteCount left_;
  std::list<Waiting> line_;  // a list, because an empty one is small
};

}  // namespace pilotlight::net

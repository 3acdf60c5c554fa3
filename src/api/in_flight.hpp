#pragma once

#include <functional>
#include <mutex>
#include <unordered_map>

#include "domain/ids.hpp"

namespace pilotlight::api {

/// Requests of workers that were received but are not commands yet. The report that a worker's process ended
/// waits for them, because it may overtake a large result on its way to a file. Any thread.
class InFlight {
 public:
  /// Counts one request while it lives.
  class Guard {
   public:
    Guard(InFlight& all, const WorkerId& worker) : all_(all), worker_(worker) { all_.enter(worker_); }
    ~Guard() { all_.leave(worker_); }
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

   private:
    InFlight& all_;
    const WorkerId worker_;
  };

  /// Runs `action` once the worker has no request in flight: now, or on the thread that ends the last one.
  void when_quiet(const WorkerId& worker, std::function<void()> action) {
    {
      const std::lock_guard lock(mutex_);
      const auto found = counts_.find(worker);
      if (found != counts_.end()) {
        found->second.action = std::move(action);
        return;
      }
    }
    action();
  }

  /// Runs the action that still waits for this worker, if any: its time is over.
  void give_up(const WorkerId& worker) {
    std::function<void()> action;
    {
      const std::lock_guard lock(mutex_);
      const auto found = counts_.find(worker);
      if (found != counts_.end()) action = std::move(found->second.action);
      if (found != counts_.end()) found->second.action = {};
    }
    if (action) action();
  }

  /// Nothing waits any more: actions that are left are never run.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }

 private:
  struct Entry {
    unsigned count = 0;
    std::function<void()> action;
  };

  void enter(const WorkerId& worker) {
    const std::lock_guard lock(mutex_);
    ++counts_[worker].count;
  }
  void leave(const WorkerId& worker) {
    std::function<void()> action;
    {
      const std::lock_guard lock(mutex_);
      const auto found = counts_.find(worker);
      if (--found->second.count > 0) return;
      if (!closed_) action = std::move(found->second.action);
      counts_.erase(found);
    }
    if (action) action();
  }

  std::mutex mutex_;
  std::unordered_map<WorkerId, Entry> counts_;
  bool closed_ = false;
};

}  // namespace pilotlight::api

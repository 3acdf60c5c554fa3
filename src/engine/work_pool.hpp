#pragma once

#include <sys/resource.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace pilotlight::engine {

/// A few threads for work that would hold up its caller. Work is begun in the order in which it was posted.
class WorkPool {
 public:
  /// `niceness` is that of the threads, to 19: the higher it is, the less they get of a processor that others
  /// want. 0: that of the process.
  explicit WorkPool(unsigned threads, int niceness = 0) {
    for (unsigned i = 0; i < threads; ++i) threads_.emplace_back([this, niceness] { run(niceness); });
  }
  ~WorkPool() { stop(); }
  WorkPool(const WorkPool&) = delete;
  WorkPool& operator=(const WorkPool&) = delete;

  void post(std::function<void()> work) {
    {
      const std::lock_guard lock(mutex_);
      work_.push_back(std::move(work));
    }
    wake_.notify_one();
  }

  /// Does what was posted, then ends the threads. Idempotent.
  void stop() {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    wake_.notify_all();
    for (std::thread& thread : threads_)
      if (thread.joinable()) thread.join();
  }

 private:
  void run(int niceness) {
    // Linux has a niceness for each thread; 0 names the calling one.
    if (niceness != 0) setpriority(PRIO_PROCESS, 0, niceness);
    for (;;) {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [this] { return closed_ || !work_.empty(); });
      if (work_.empty()) return;
      const std::function<void()> work = std::move(work_.front());
      work_.pop_front();
      lock.unlock();
      work();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> work_;
  bool closed_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace pilotlight::engine

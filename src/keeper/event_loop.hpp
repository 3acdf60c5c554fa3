#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <unordered_map>

#include "base/fd.hpp"
#include "base/time.hpp"

namespace pilotlight::keeper {

/// One thread's epoll loop with timers on CLOCK_MONOTONIC. Everything is called on the thread of `run`. A
/// callback may add and remove anything, itself included.
class EventLoop {
 public:
  using Callback = std::function<void()>;
  using TimerId = std::uint64_t;  ///< 0 is no timer
  using WatchId = std::uint64_t;  ///< 0 is no watch

  EventLoop();

  /// Calls `ready` for as long as `fd` is readable or hung up (level-triggered). `unwatch` comes before the
  /// descriptor is closed.
  WatchId watch(int fd, Callback ready);
  /// Stops the calls for good and forgets the watch; unknown ids and 0 are ignored.
  void unwatch(WatchId id);
  /// Calls `ready` also while `fd` is writable.
  void want_write(WatchId id, bool wanted);

  TimerId after(milliseconds delay, Callback due);
  /// Unknown ids and 0 are ignored.
  void cancel(TimerId id);

  /// Until `stop`.
  void run();
  void stop() { stopped_ = true; }

 private:
  struct Watch {
    int fd;
    Callback ready;
  };
  using Timers = std::map<std::pair<std::int64_t, TimerId>, Callback>;

  int wait_ms() const;
  void fire_timers();

  Fd epoll_;
  std::uint64_t last_id_ = 0;
  std::unordered_map<WatchId, Watch> watches_;
  Timers timers_;
  std::unordered_map<TimerId, std::int64_t> due_;
  bool stopped_ = false;
};

}  // namespace pilotlight::keeper

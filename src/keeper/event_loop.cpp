#include "keeper/event_loop.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "keeper/wire/plane_time.hpp"

namespace pilotlight::keeper {

EventLoop::EventLoop() : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
  ASSERT(epoll_);
}

EventLoop::WatchId EventLoop::watch(int fd, Callback ready) {
  const WatchId id = ++last_id_;
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = id;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) != 0) return 0;
  watches_.emplace(id, Watch{fd, std::move(ready)});
  return id;
}

void EventLoop::unwatch(WatchId id) {
  const auto found = watches_.find(id);
  if (found == watches_.end()) return;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, found->second.fd, nullptr);
  watches_.erase(found);
}

void EventLoop::want_write(WatchId id, bool wanted) {
  const auto found = watches_.find(id);
  if (found == watches_.end()) return;
  epoll_event event{};
  event.events = wanted ? EPOLLIN | EPOLLOUT : EPOLLIN;
  event.data.u64 = id;
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, found->second.fd, &event);
}

EventLoop::TimerId EventLoop::after(milliseconds delay, Callback due) {
  const TimerId id = ++last_id_;
  const std::int64_t when = monotonic_ns() + delay.count() * 1'000'000;
  timers_.emplace(std::pair{when, id}, std::move(due));
  due_.emplace(id, when);
  return id;
}

void EventLoop::cancel(TimerId id) {
  const auto found = due_.find(id);
  if (found == due_.end()) return;
  timers_.erase({found->second, id});
  due_.erase(found);
}

int EventLoop::wait_ms() const {
  if (timers_.empty()) return -1;
  const std::int64_t left_ns = timers_.begin()->first.first - monotonic_ns();
  return static_cast<int>(std::clamp<std::int64_t>((left_ns + 999'999) / 1'000'000, 0, 60'000));
}

void EventLoop::fire_timers() {
  const std::int64_t now = monotonic_ns();
  while (!stopped_ && !timers_.empty() && timers_.begin()->first.first <= now) {
    auto node = timers_.extract(timers_.begin());
    due_.erase(node.key().second);
    node.mapped()();
  }
}

void EventLoop::run() {
  std::array<epoll_event, 64> events{};
  while (!stopped_) {
    const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), wait_ms());
    ASSERT(count >= 0 || errno == EINTR);
    for (int i = 0; i < count && !stopped_; ++i) {
      const auto found = watches_.find(events[static_cast<std::size_t>(i)].data.u64);
      if (found == watches_.end()) continue;
      const Callback ready = found->second.ready;
      ready();
    }
    fire_timers();
  }
}

}  // namespace pilotlight::keeper

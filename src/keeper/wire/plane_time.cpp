#include "keeper/wire/plane_time.hpp"

#include <ctime>

namespace pilotlight::keeper {
namespace {

std::int64_t read_clock_ns(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

}  // namespace

std::int64_t monotonic_ns() {
  return read_clock_ns(CLOCK_MONOTONIC);
}

TimeBase time_base_now() {
  return {read_clock_ns(CLOCK_REALTIME) / 1'000'000, monotonic_ns()};
}

Timestamp PlaneTime::now() {
  return timestamp_from_ms(base_ms_.load() + (monotonic_ns() - origin_ns_) / 1'000'000);
}

void PlaneTime::raise(Timestamp newest) {
  std::int64_t base = base_ms_.load();
  for (;;) {
    const std::int64_t elapsed = (monotonic_ns() - origin_ns_) / 1'000'000;
    if (base + elapsed >= to_ms(newest)) return;
    if (base_ms_.compare_exchange_weak(base, to_ms(newest) - elapsed)) return;
  }
}

}  // namespace pilotlight::keeper

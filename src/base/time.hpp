#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace pilotlight {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The clock of the control plane: a stored base plus CLOCK_MONOTONIC. It reads like Unix time in
/// milliseconds, never goes backwards, and does not move when the wall clock is stepped or the machine
/// sleeps. It has no `now()`: time is an argument everywhere but in ports/clock.hpp.
struct PlaneClock {
  using rep = std::int64_t;
  using period = std::milli;
  using duration = std::chrono::duration<rep, period>;
  using time_point = std::chrono::time_point<PlaneClock>;
  static constexpr bool is_steady = true;
};

using Timestamp = PlaneClock::time_point;

/// Later than every deadline.
inline constexpr Timestamp timestamp_never = Timestamp::max();

constexpr Timestamp timestamp_from_ms(std::int64_t unix_ms) {
  return Timestamp{milliseconds{unix_ms}};
}
constexpr std::int64_t to_ms(Timestamp time) {
  return time.time_since_epoch().count();
}

/// ISO 8601 in UTC with milliseconds, such as 2024-07-12T19:14:40.144Z (the DateTime scalar of the public
/// API).
std::string to_iso8601(Timestamp time);

}  // namespace pilotlight

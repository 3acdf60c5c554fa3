#pragma once

#include <atomic>

#include "keeper/wire/protocol.hpp"
#include "ports/clock.hpp"

namespace pilotlight::keeper {

/// Nanoseconds of CLOCK_MONOTONIC, which stands still while the machine sleeps.
std::int64_t monotonic_ns();
/// The wall clock as it reads now, with the monotonic clock of the same moment as origin.
TimeBase time_base_now();

/// The control plane's time over one time base. Steps of the wall clock and sleep do not move it. Any thread.
class PlaneTime final : public Clock {
 public:
  explicit PlaneTime(TimeBase time) : base_ms_(time.base_ms), origin_ns_(time.origin_ns) {}

  Timestamp now() override;
  /// Moves time forward so that it reads at least `newest`; never backward.
  void raise(Timestamp newest);
  /// What a later clock must be given to go on from this one.
  TimeBase base() const { return {base_ms_.load(), origin_ns_}; }

 private:
  std::atomic<std::int64_t> base_ms_;
  const std::int64_t origin_ns_;
};

}  // namespace pilotlight::keeper

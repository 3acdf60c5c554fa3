#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "domain/endpoint.hpp"

namespace pilotlight::core {

/// The facts that a scaling decision is made from. Low-priority jobs are in none of them.
struct Demand {
  std::uint64_t queued = 0;
  std::uint64_t in_progress = 0;
  Timestamp head_queued{};  ///< when the first of the queue entered it; meaningless if none is queued
  Timestamp last_step{};    ///< when the last worker was started because of the queue's wait
  std::uint64_t able = 0;   ///< workers that take jobs now or after their start
};

struct Wanted {
  std::uint64_t workers = 0;
  /// When the answer grows by itself if nothing else changes; queue_delay only.
  std::optional<Timestamp> next_step;
};

/// How many workers the endpoint should have at `now`. Pure; always within [workers_min, workers_max] (the
/// maximum wins). Under queue_delay never less than `able`, because idling out is a matter of the idle
/// timeout.
Wanted workers_wanted(const Endpoint& endpoint, const Demand& demand, Timestamp now);

}  // namespace pilotlight::core

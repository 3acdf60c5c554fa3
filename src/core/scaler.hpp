#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "domain/definitions/endpoint.hpp"

namespace pilotlight::core {

struct ScalerSettings {
  ScalerType type = ScalerType::queue_delay;
  std::int64_t value_milli = 4'000;
  std::int64_t workers_min = 0;
  std::int64_t workers_max = 3;
};

/// Jobs of normal priority; low-priority ones never start a worker.
struct Demand {
  std::int64_t queued = 0;
  std::int64_t in_progress = 0;
  Timestamp waits_since =
      timestamp_never;  ///< the one that has waited longest; timestamp_never: nobody waits
};

struct Capacity {
  std::int64_t able = 0;  ///< workers that work or will: starting, idle, busy
  std::int64_t live = 0;  ///< every worker of ours whose process may run; counts against workers_max
};

struct ScalerPlan {
  std::int64_t start = 0;  ///< workers to start now
  /// The start is a step of the queue delay: the next one is counted from it.
  bool step = false;
  Timestamp next_step = timestamp_never;  ///< when a plan may differ although nothing else has changed
  std::int64_t keep = 0;                  ///< so many able workers stay although they are idle
};

/// How many workers to start now. `last_step`: the latest step of this endpoint. Pure; the workers that live
/// never exceed workers_max by what it plans.
ScalerPlan plan_workers(const ScalerSettings& settings, const Demand& demand, const Capacity& capacity,
                        Timestamp last_step, Timestamp now);

}  // namespace pilotlight::core

#include "core/scaler.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "core/deadlines.hpp"
#include "core/mutant.hpp"

namespace pilotlight::core {
namespace {

constexpr std::int64_t milli = 1'000;

/// Workers wanted by the queue delay, and when that may change.
std::int64_t by_queue_delay(const ScalerSettings& settings, const Demand& demand, const Capacity& capacity,
                            Timestamp last_step, Timestamp now, ScalerPlan& plan) {
  if (demand.queued == 0) return 0;
  if (capacity.able == 0) {
    plan.step = true;
    return 1;
  }
  const Timestamp due = later(std::max(demand.waits_since, last_step), milliseconds{settings.value_milli});
  plan.step = now >= due;
  if (!plan.step) plan.next_step = due;
  return capacity.able + (plan.step ? 1 : 0);
}

std::int64_t by_request_count(const ScalerSettings& settings, const Demand& demand) {
  const std::int64_t jobs = demand.queued + demand.in_progress;
  return (jobs * milli + settings.value_milli - 1) / settings.value_milli;
}

}  // namespace

ScalerPlan plan_workers(const ScalerSettings& settings, const Demand& demand, const Capacity& capacity,
                        Timestamp last_step, Timestamp now) {
  ScalerPlan plan;
  std::int64_t wanted = 0;
  plan.keep = settings.workers_min;
  switch (settings.type) {
    case ScalerType::queue_delay:
      wanted = by_queue_delay(settings, demand, capacity, last_step, now, plan);
      break;
    case ScalerType::request_count:
      wanted = by_request_count(settings, demand);
      plan.keep = std::max(plan.keep, wanted);
      break;
  }
  plan.keep = std::min(plan.keep, settings.workers_max);
  wanted = std::max(wanted, settings.workers_min);
  const std::int64_t room =
      mutant(Mutant::workers_max_ignored) ? wanted : settings.workers_max - capacity.live;
  plan.start = std::max<std::int64_t>(std::min(wanted - capacity.able, room), 0);
  if (plan.start == 0) plan.step = false;
  if (room <= 0) plan.next_step = timestamp_never;
  return plan;
}

}  // namespace pilotlight::core

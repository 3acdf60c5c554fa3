#include "core/want.hpp"

namespace pilotlight::core {

Capacity capacity_of(const LiveEndpoint& endpoint) {
  const auto runtime = [&endpoint](WorkerState s) { return endpoint.count(WorkerOrigin::runtime, s); };
  const auto by_hand = [&endpoint](WorkerState s) { return endpoint.count(WorkerOrigin::by_hand, s); };
  Capacity c;
  c.able = runtime(WorkerState::starting) + runtime(WorkerState::idle) + runtime(WorkerState::busy) +
           by_hand(WorkerState::idle) + by_hand(WorkerState::busy);
  c.live = runtime(WorkerState::starting) + runtime(WorkerState::idle) + runtime(WorkerState::busy) +
           runtime(WorkerState::draining) + runtime(WorkerState::stopping);
  return c;
}

ScalerPlan plan_of(const LiveEndpoint& endpoint, Timestamp now) {
  const Endpoint& e = *endpoint.endpoint;
  Demand demand;
  demand.queued = static_cast<std::int64_t>(endpoint.queue.normal());
  demand.in_progress = static_cast<std::int64_t>(endpoint.in_progress - endpoint.in_progress_low);
  demand.waits_since = endpoint.queue.waits_since();
  return plan_workers({e.scaler_type, e.scaler_value_milli, e.workers_min, e.workers_max}, demand,
                      capacity_of(endpoint), endpoint.last_step, now);
}

Want want_of(const LiveEndpoint& endpoint, Timestamp now) {
  const ScalerPlan plan = plan_of(endpoint, now);
  if (plan.start == 0) return {};
  const bool failing = endpoint.failures.in_a_row > 0;
  const bool trying = endpoint.count(WorkerOrigin::runtime, WorkerState::starting) > 0;
  Want want;
  want.held_back = endpoint.not_before > now || (failing && trying);
  if (want.held_back) return want;
  want.start = failing ? 1 : plan.start;
  want.step = plan.step;
  return want;
}

}  // namespace pilotlight::core

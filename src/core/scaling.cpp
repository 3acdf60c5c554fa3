// When workers start and stop.
#include <algorithm>

#include "base/mark.hpp"
#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

Capacity State::capacity(const LiveEndpoint& endpoint) const {
  const auto runtime = [&endpoint](WorkerState s) { return endpoint.count(WorkerOrigin::runtime, s); };
  const auto by_hand = [&endpoint](WorkerState s) { return endpoint.count(WorkerOrigin::by_hand, s); };
  Capacity c;
  c.able = runtime(WorkerState::starting) + runtime(WorkerState::idle) + runtime(WorkerState::busy) +
           by_hand(WorkerState::idle) + by_hand(WorkerState::busy);
  c.live = runtime(WorkerState::starting) + runtime(WorkerState::idle) + runtime(WorkerState::busy) +
           runtime(WorkerState::draining) + runtime(WorkerState::stopping);
  return c;
}

ScalerPlan State::plan(const LiveEndpoint& endpoint) const {
  const Endpoint& e = *endpoint.endpoint;
  Demand demand;
  demand.queued = static_cast<std::int64_t>(endpoint.queue.normal());
  demand.in_progress = static_cast<std::int64_t>(endpoint.in_progress - endpoint.in_progress_low);
  demand.waits_since = endpoint.queue.waits_since();
  return plan_workers({e.scaler_type, e.scaler_value_milli, e.workers_min, e.workers_max}, demand,
                      capacity(endpoint), endpoint.last_step, call.now());
}

void State::scale(LiveEndpoint& endpoint) {
  if (!restored || endpoint.deleting || draining) return;
  if (endpoint.stale_workers) stop_stale(endpoint);
  start_missing(endpoint);
  const ScalerPlan rest = plan(endpoint);
  Timestamp due = rest.next_step;
  if (rest.start > 0 && endpoint.not_before > call.now()) due = std::min(due, endpoint.not_before);
  due = std::min(due, stop_idle(endpoint, rest.keep));
  if (due != timestamp_never) deadlines.no_later_than(endpoint, due);
}

void State::start_missing(LiveEndpoint& endpoint) {
  if (!adopted) return;
  for (ScalerPlan next = plan(endpoint); next.start > 0; next = plan(endpoint)) {
    const bool failing = endpoint.failures.in_a_row > 0;
    const bool trying = endpoint.count(WorkerOrigin::runtime, WorkerState::starting) > 0;
    if (endpoint.not_before > call.now() || (failing && trying)) {
      MARK("core.start_held_back");
      return;
    }
    if (next.step) endpoint.last_step = call.now();
    for (std::int64_t i = 0; i < (failing ? 1 : next.start); ++i) start_worker(endpoint);
    if (mutant(Mutant::workers_max_ignored)) return;
  }
}

/// Workers that must go whatever the demand: of an old version, or above the maximum. Those without a job
/// stop now, the others after their jobs.
void State::stop_stale(LiveEndpoint& endpoint) {
  endpoint.stale_workers = false;
  const Endpoint& e = *endpoint.endpoint;
  const std::vector<LiveWorker*> all = endpoint.workers;
  for (LiveWorker* worker : all)
    if (worker->runtime() && worker->worker.endpoint_version != e.version) {
      if (mutant(Mutant::old_worker_goes_on) && !worker->leases.empty()) continue;
      MARK("core.stale_worker_replaced");
      drain_worker(*worker);
    }
  const auto count = [&endpoint](WorkerState s) { return endpoint.count(WorkerOrigin::runtime, s); };
  std::int64_t surplus =
      count(WorkerState::starting) + count(WorkerState::idle) + count(WorkerState::busy) - e.workers_max;
  for (const WorkerState state : {WorkerState::idle, WorkerState::starting, WorkerState::busy})
    for (auto worker = all.rbegin(); worker != all.rend() && surplus > 0; ++worker)
      if ((*worker)->runtime() && (*worker)->state() == state) {
        MARK("core.surplus_worker_goes");
        drain_worker(**worker);
        --surplus;
      }
}

/// Stops workers that have been idle for the endpoint's idle timeout, as long as more than `keep` able ones
/// remain. Says when the next one will have been.
Timestamp State::stop_idle(LiveEndpoint& endpoint, std::int64_t keep) {
  std::int64_t able = capacity(endpoint).able;
  if (mutant(Mutant::busy_worker_stopped)) {
    const std::vector<LiveWorker*> all = endpoint.workers;
    for (LiveWorker* worker : all)
      if (worker->state() == WorkerState::busy && worker->runtime() && able > keep &&
          worker->idle_since + endpoint.endpoint->idle_timeout <= call.now())
        return stop_worker(*worker, limits.worker_stop_grace), timestamp_never;
  }
  for (; able > keep && endpoint.idle_first != nullptr; --able) {
    LiveWorker& worker = *endpoint.idle_first;
    const Timestamp due = later(worker.idle_since, endpoint.endpoint->idle_timeout);
    if (due > call.now()) return due;
    MARK("core.idle_worker_stopped");
    stop_worker(worker, limits.worker_stop_grace);
  }
  return timestamp_never;
}

void State::renew_workers(LiveEndpoint& endpoint) {
  Endpoint value = *endpoint.endpoint;
  ++value.version;
  call.save(record::EndpointSaved{value, endpoint.deleting});
  endpoint.endpoint = std::make_shared<const Endpoint>(std::move(value));
  endpoint.stale_workers = true;
  endpoint.failures = {};
  endpoint.not_before = {};
  touch(endpoint);
}

}  // namespace pilotlight::core

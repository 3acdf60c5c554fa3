// When workers start and stop.
#include <algorithm>

#include "base/mark.hpp"
#include "core/dispatch.hpp"
#include "core/mutant.hpp"
#include "core/want.hpp"

namespace pilotlight::core {

bool Dispatch::scales(const LiveEndpoint& endpoint) const {
  return restored_ && !endpoint.deleting && !draining_;
}

/// Workers that must go whatever the demand: of an old version, or above the maximum. Those without a job
/// stop now, the others after their jobs.
void Dispatch::stop_stale(LiveEndpoint& endpoint) {
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

/// Stops workers that have been idle for the endpoint's idle timeout, as long as more able ones remain than
/// the plan keeps, and remembers when the endpoint is to be looked at again.
void Dispatch::stop_idle(LiveEndpoint& endpoint) {
  const ScalerPlan plan = plan_of(endpoint, call_.now());
  Timestamp look = plan.next_step;
  if (plan.start > 0 && endpoint.not_before > call_.now()) look = std::min(look, endpoint.not_before);
  std::int64_t able = capacity_of(endpoint).able;
  for (; able > plan.keep && endpoint.idle_first != nullptr; --able) {
    LiveWorker& worker = *endpoint.idle_first;
    const Timestamp due = later(worker.idle_since, endpoint.endpoint->idle_timeout);
    if (due > call_.now()) {
      look = std::min(look, due);
      break;
    }
    MARK("core.idle_worker_stopped");
    stop_worker(worker, limits_.worker_stop_grace);
  }
  if (look != timestamp_never) deadlines_.no_later_than(endpoint, look);
}

void Dispatch::renew_workers(LiveEndpoint& endpoint) {
  Endpoint value = *endpoint.endpoint;
  ++value.version;
  call_.save(record::EndpointSaved{value, endpoint.deleting});
  endpoint.endpoint = std::make_shared<const Endpoint>(std::move(value));
  endpoint.stale_workers = true;
  endpoint.failures = {};
  endpoint.not_before = {};
  touch(endpoint);
}

}  // namespace pilotlight::core

#include <algorithm>

#include "base/mark.hpp"
#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

State::Supply State::supply(const LiveEndpoint& endpoint) const {
  Supply supply;
  for (const WorkerId& id : endpoint.workers) {
    const LiveWorker& worker = workers.at(id);
    const bool runtime = worker.worker.origin == WorkerOrigin::runtime;
    if (runtime) ++supply.live;
    switch (worker.worker.state) {
      case WorkerState::starting:
        if (!runtime) break;
        ++supply.starting;
        ++supply.able;
        ++supply.able_runtime;
        break;
      case WorkerState::idle:
      case WorkerState::busy:
        ++supply.ready;
        ++supply.able;
        if (runtime) ++supply.able_runtime;
        break;
      case WorkerState::draining:
      case WorkerState::stopping: break;
    }
  }
  return supply;
}

LiveJob* State::first_normal(LiveEndpoint& endpoint) {
  if (endpoint.queue.size() == endpoint.queued_low || head(endpoint) == nullptr) return nullptr;
  for (const Queue::Entry& entry : endpoint.queue.entries()) {
    LiveJob* job = find_row(entry.row);
    if (job != nullptr && job->queue_number == entry.number && !job->job.policy.low_priority) return job;
  }
  return nullptr;
}

Demand State::demand(LiveEndpoint& endpoint, const Supply& supply) {
  Demand demand;
  demand.queued = endpoint.queue.size() - endpoint.queued_low;
  demand.in_progress = endpoint.in_progress - endpoint.in_progress_low;
  if (const LiveJob* first = first_normal(endpoint)) demand.head_queued = first->job.queued;
  demand.last_step = endpoint.last_step;
  demand.able = supply.able;
  return demand;
}

void State::scale(LiveEndpoint& endpoint) {
  if (!restored || !adopted || draining) return;
  stop_surplus(endpoint);
  if (endpoint.deleting) return;
  const Supply have = supply(endpoint);
  const Wanted wanted = workers_wanted(*endpoint.endpoint, demand(endpoint, have), now_);
  start_missing(endpoint, wanted);
  const bool by_count = endpoint.endpoint->scaler_type == ScalerType::request_count;
  const auto least = static_cast<std::uint64_t>(endpoint.endpoint->workers_min);
  const auto idle_due = stop_idle(endpoint, by_count ? std::max(least, wanted.workers) : least);
  Timestamp due = timestamp_never;
  if (idle_due) due = std::min(due, *idle_due);
  if (wanted.next_step) due = std::min(due, *wanted.next_step);
  if (endpoint.failures > 0 && endpoint.not_before > now_ && wanted.workers > have.able)
    due = std::min(due, endpoint.not_before);
  // A step that was just taken has its successor.
  if (endpoint.last_step == now_ && endpoint.queue.size() > endpoint.queued_low && !by_count)
    due = std::min(due, now_ + milliseconds{endpoint.endpoint->scaler_value_milli});
  deadlines.set(endpoint.deadline, due, DeadlineKind::endpoint, endpoint.number);
}

void State::endpoint_due(LiveEndpoint& endpoint) {
  endpoint.deadline = deadline_none;
  touch(endpoint);
}

void State::start_missing(LiveEndpoint& endpoint, const Wanted& wanted) {
  Supply have = supply(endpoint);
  const auto most = static_cast<std::uint64_t>(endpoint.endpoint->workers_max);
  const bool failing = endpoint.failures > 0;
  while (have.able < wanted.workers && (have.live < most || mutant(Mutant::workers_max_ignored))) {
    if (failing && (now_ < endpoint.not_before || have.starting > 0)) {
      MARK("core.start_held_back");
      return;
    }
    start_worker(endpoint);
    if (endpoint.endpoint->scaler_type == ScalerType::queue_delay) endpoint.last_step = now_;
    have = supply(endpoint);
  }
}

/// Workers that must go whatever the demand: of an endpoint that is being deleted, of an old version, or
/// above the maximum. Idle ones stop now, busy ones after their jobs.
void State::stop_surplus(LiveEndpoint& endpoint) {
  const Endpoint& e = *endpoint.endpoint;
  const auto most = endpoint.deleting ? 0 : static_cast<std::uint64_t>(e.workers_max);
  std::uint64_t able = supply(endpoint).able_runtime;
  const std::vector<WorkerId> ids = endpoint.workers;
  for (const bool busy : {false, true})
    for (const WorkerId& id : ids) {
      LiveWorker& worker = workers.at(id);
      const WorkerState state = worker.worker.state;
      if (worker.worker.origin == WorkerOrigin::by_hand || worker.leases.empty() == busy) continue;
      if (state == WorkerState::draining || state == WorkerState::stopping) continue;
      if (able <= most && worker.worker.endpoint_version == e.version) continue;
      if (worker.worker.endpoint_version != e.version) MARK("core.stale_worker_replaced");
      --able;
      drain_worker(worker);
    }
}

/// Stops workers that have been idle for the endpoint's idle timeout, as long as more than `floor` remain.
/// Says when the next one will have been.
std::optional<Timestamp> State::stop_idle(LiveEndpoint& endpoint, std::uint64_t floor) {
  std::uint64_t able = supply(endpoint).able;
  if (endpoint.queue.size() > endpoint.queued_low) return std::nullopt;
  std::vector<std::pair<std::uint64_t, WorkerId>> idle;
  for (const WorkerId& id : endpoint.workers) {
    const LiveWorker& worker = workers.at(id);
    const bool resting = worker.leases.empty() || mutant(Mutant::busy_worker_stopped);
    const bool awake = worker.worker.state == WorkerState::idle || worker.worker.state == WorkerState::busy;
    if (worker.worker.origin == WorkerOrigin::runtime && resting && awake)
      idle.emplace_back(worker.idle_order, id);
  }
  std::sort(idle.begin(), idle.end());
  for (const auto& [order, id] : idle) {
    if (able <= floor) return std::nullopt;
    LiveWorker& worker = workers.at(id);
    const Timestamp due = worker.idle_since + endpoint.endpoint->idle_timeout;
    if (due > now_) return due;
    MARK("core.idle_worker_stopped");
    --able;
    stop_worker(worker, limits.worker_stop_grace);
  }
  return std::nullopt;
}

void State::go_on_slicing() {
  std::uint32_t budget = limits.slice_jobs;
  const std::vector<EndpointId> ids = std::move(sliced_endpoints);
  sliced_endpoints.clear();
  for (const EndpointId& id : ids) {
    LiveEndpoint* endpoint = find_endpoint(id);
    if (endpoint == nullptr) continue;
    const bool more =
        endpoint->deleting ? go_on_deleting(*endpoint, budget) : go_on_purging(*endpoint, budget);
    if (more) sliced_endpoints.push_back(id);
  }
}

bool State::go_on_purging(LiveEndpoint& endpoint, std::uint32_t& budget) {
  while (!endpoint.purges.empty()) {
    Purge& purge = endpoint.purges.front();
    // Jobs that came back to the head after the purge began stand in front; they stay.
    std::vector<RowNumber> doomed;
    for (const Queue::Entry& entry : endpoint.queue.entries()) {
      if (doomed.size() >= budget) break;
      const LiveJob* job = find_row(entry.row);
      if (job == nullptr || job->queue_number != entry.number) continue;
      if (entry.number <= purge.up_to)
        doomed.push_back(entry.row);
      else if (doomed.empty() && entry.row != 0)
        continue;
    }
    for (const RowNumber row : doomed) end_job(*find_row(row), JobEvent::cancelled, EndReason::cancelled, {});
    head(endpoint);
    purge.removed += doomed.size();
    budget -= static_cast<std::uint32_t>(doomed.size());
    if (budget == 0) return true;
    reply(purge.ticket, answer::QueuePurged{purge.removed});
    endpoint.purges.pop_front();
  }
  touch(endpoint);
  return false;
}

bool State::go_on_deleting(LiveEndpoint& endpoint, std::uint32_t& budget) {
  for (const Purge& purge : endpoint.purges) reply(purge.ticket, answer::QueuePurged{purge.removed});
  endpoint.purges.clear();
  for (; budget > 0; --budget) {
    const Queue::Entry* entry = head(endpoint);
    if (entry == nullptr) break;
    end_job(*find_row(entry->row), JobEvent::cancelled, EndReason::cancelled, {});
  }
  const std::vector<WorkerId> ids = endpoint.workers;
  for (const WorkerId& id : ids) {
    LiveWorker* worker = find_worker(id);
    while (worker != nullptr && budget > 0 && !worker->leases.empty()) {
      LiveJob& job = *find_row(worker->leases.front().row);
      const JobId job_id = job.job.id;
      end_job(job, JobEvent::cancelled, EndReason::cancelled, {});
      stop_job(*worker, job_id);
      --budget;
    }
    if (worker != nullptr && worker->leases.empty() && worker->worker.origin == WorkerOrigin::by_hand)
      remove_worker(*worker, false);
  }
  if (budget == 0) return true;
  stop_surplus(endpoint);
  if (endpoint.workers.empty()) {
    remove_endpoint(endpoint);
    return false;
  }
  touch(endpoint);
  return false;
}

}  // namespace pilotlight::core

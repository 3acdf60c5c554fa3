#include <algorithm>

#include "base/mark.hpp"
#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

LiveJob* State::find_row(RowNumber row) {
  const auto found = jobs.find(row);
  return found == jobs.end() ? nullptr : &found->second;
}

LiveJob* State::find_job(const JobId& id) {
  LiveJob* live = find_row(id.row());
  return live != nullptr && live->job.id == id ? live : nullptr;
}

void State::touch(LiveJob& job) {
  if (job.unsaved) return;
  job.unsaved = true;
  unsaved_jobs.push_back(job.job.id.row());
}

void State::keep(const PayloadRef& ref) {
  if (ref) save(record::PayloadKept{ref});
}

void State::drop(const PayloadRef& ref) {
  if (ref) save(record::PayloadDropped{ref});
}

void State::enqueue(LiveJob& live, bool at_head) {
  Job& job = live.job;
  LiveEndpoint& endpoint = endpoint_of(job);
  const RowNumber row = job.id.row();
  job.order = at_head ? --endpoint.order_first : ++endpoint.order_last;
  live.queue_number = at_head ? endpoint.queue.push_front(row) : endpoint.queue.push_back(row);
  ++queued_total;
  if (job.policy.low_priority) ++endpoint.queued_low;
  touch(live);
  touch(endpoint);
}

void State::leave_queue(LiveJob& live) {
  LiveEndpoint& endpoint = endpoint_of(live.job);
  live.queue_number = 0;
  endpoint.queue.left();
  --queued_total;
  if (live.job.policy.low_priority) --endpoint.queued_low;
  touch(endpoint);
}

void State::lease(LiveJob& live, LiveWorker& worker, Ticket poll) {
  Job& job = live.job;
  const auto state = next(job.state, JobEvent::leased);
  ASSERT(state);
  LiveEndpoint& endpoint = endpoint_of(job);
  leave_queue(live);
  job.state = *state;
  job.leased = now_;
  job.worker = worker.worker.id;
  if (std::find(job.holders.begin(), job.holders.end(), job.worker) == job.holders.end())
    job.holders.push_back(job.worker);
  worker.leases.push_back({job.id.row(), now_, poll, false, false, 0, std::nullopt});
  ++lease_total;
  ++endpoint.in_progress;
  if (job.policy.low_priority) ++endpoint.in_progress_low;
  if (mutant(Mutant::body_released_early)) drop(job.input);
  touch(live);
  arm(live);
}

void State::take_back(LiveJob& live, bool charged, EndReason reason) {
  Job& job = live.job;
  ASSERT(job.state == JobState::in_progress);
  if (!charged && job.uncharged_returns >= limits.uncharged_returns_max) {
    MARK("core.uncharged_returns_used_up");
    charged = true;
  }
  if (charged && job.retries >= limits.retries_max && !mutant(Mutant::retries_not_counted)) {
    end_job(live, JobEvent::given_up, reason, {});
    return;
  }
  LiveEndpoint& endpoint = endpoint_of(job);
  if (LiveWorker* worker = find_worker(job.worker)) {
    worker->former.push_back(job.id.row());
    release(*worker, job.id.row());
  }
  --lease_total;
  --endpoint.in_progress;
  if (job.policy.low_priority) --endpoint.in_progress_low;
  if (charged) {
    ++job.retries;
    ++endpoint.counters.retried;
    count(endpoint);
  } else {
    ++job.uncharged_returns;
  }
  job.state = JobState::in_queue;
  job.queued = now_;
  job.leased.reset();
  job.worker = {};
  enqueue(live, true);
  arm(live);
}

void State::end_job(LiveJob& live, JobEvent event, EndReason reason, const PayloadRef& result) {
  Job& job = live.job;
  const auto state = next(job.state, event);
  ASSERT(state && is_final(*state));
  LiveEndpoint& endpoint = endpoint_of(job);
  const RowNumber row = job.id.row();
  FinalJob final{job.id,
                 job.endpoint,
                 *state,
                 reason,
                 job.retention,
                 job.policy,
                 job.retries,
                 job.input,
                 job.extras,
                 result,
                 job.submitted,
                 now_,
                 now_ + retention(job.retention),
                 job.leased,
                 job.leased ? *job.leased - job.queued : milliseconds{0},
                 job.worker};
  if (job.state == JobState::in_queue) {
    leave_queue(live);
  } else {
    --lease_total;
    --endpoint.in_progress;
    if (job.policy.low_priority) --endpoint.in_progress_low;
    if (LiveWorker* worker = find_worker(job.worker)) release(*worker, row);
  }
  switch (*state) {
    case JobState::completed: ++endpoint.counters.completed; break;
    case JobState::failed: ++endpoint.counters.failed; break;
    case JobState::cancelled: ++endpoint.counters.cancelled; break;
    case JobState::timed_out: ++endpoint.counters.timed_out; break;
    case JobState::in_queue:
    case JobState::in_progress: UNREACHABLE();
  }
  count(endpoint);
  keep(result);
  drop(job.progress);
  const auto waiting = job_waiters.find(row);
  if (waiting != job_waiters.end()) {
    const std::vector<Ticket> tickets = std::move(waiting->second);
    job_waiters.erase(waiting);
    for (const Ticket ticket : tickets) answer(ticket, answer::JobEnded{final});
  }
  save(record::JobFinished{std::move(final)});
  deadlines.remove(live.deadline);
  touch(endpoint);
  jobs.erase(row);
}

void State::forget_holder(LiveJob& live, const WorkerId& worker) {
  auto& holders = live.job.holders;
  const auto found = std::find(holders.begin(), holders.end(), worker);
  if (found == holders.end()) return;
  holders.erase(found);
  touch(live);
}

milliseconds State::execution_timeout(const Job& job) const {
  if (job.policy.execution_timeout) return *job.policy.execution_timeout;
  const auto endpoint = endpoints.find(job.endpoint);
  ASSERT(endpoint != endpoints.end());
  return endpoint->second.endpoint->execution_timeout.value_or(limits.execution_timeout);
}

milliseconds State::retention(RetentionClass retention) const {
  switch (retention) {
    case RetentionClass::run: return limits.retention_run;
    case RetentionClass::runsync: return limits.retention_runsync;
    case RetentionClass::runsync_wait: return limits.retention_runsync_wait;
  }
  UNREACHABLE();
}

void State::arm(LiveJob& live) {
  const Job& job = live.job;
  Timestamp due = job.submitted + job.policy.ttl.value_or(limits.ttl);
  if (job.leased) {
    const milliseconds timeout = execution_timeout(job);
    if (timeout > milliseconds{0}) due = std::min(due, *job.leased + timeout);
    if (const LiveWorker* worker = find_worker(job.worker))
      for (const Lease& lease : worker->leases)
        if (lease.row == job.id.row() && lease.denied)
          due = std::min(due, *lease.denied + limits.no_result_grace);
  }
  deadlines.set(live.deadline, due, DeadlineKind::job, job.id.row());
}

void State::job_due(RowNumber row) {
  LiveJob* live = find_row(row);
  ASSERT(live != nullptr);
  live->deadline = deadline_none;
  const Job& job = live->job;
  const JobId id = job.id;
  LiveWorker* worker = job.leased ? find_worker(job.worker) : nullptr;
  if (worker != nullptr)
    for (const Lease& lease : worker->leases)
      if (lease.row == row && lease.denied && *lease.denied + limits.no_result_grace <= now_) {
        MARK("core.no_result");
        take_back(*live, true, EndReason::no_result);
        return;
      }
  if (job.leased) {
    const milliseconds timeout = execution_timeout(job);
    if (timeout > milliseconds{0} && *job.leased + timeout <= now_) {
      MARK("core.execution_timeout");
      end_job(*live, JobEvent::given_up, EndReason::execution_timeout, {});
      if (worker != nullptr) stop_job(*worker, id);
      return;
    }
  }
  if (job.submitted + job.policy.ttl.value_or(limits.ttl) <= now_) {
    MARK("core.ttl");
    end_job(*live, JobEvent::expired, EndReason::ttl, {});
    if (worker != nullptr) stop_job(*worker, id);
    return;
  }
  arm(*live);
}

}  // namespace pilotlight::core

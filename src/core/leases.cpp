// Who holds which job, and how it comes back.
#include <algorithm>
#include <functional>

#include "base/mark.hpp"
#include "core/backoff.hpp"
#include "core/dispatch.hpp"
#include "core/mutant.hpp"

namespace pilotlight::core {
namespace {

milliseconds execution_timeout(const LiveJob& live, const Limits& limits) {
  if (live.job.policy.execution_timeout) return *live.job.policy.execution_timeout;
  return live.endpoint->endpoint->execution_timeout.value_or(limits.execution_timeout);
}

/// How long a job stands aside that is about to be retried.
milliseconds retry_delay(const LiveJob& live, Random& random) {
  constexpr milliseconds hour{3'600'000};
  const QueueSettings& queue = live.endpoint->endpoint->queue;
  if (queue.retry_delay <= milliseconds{0}) return milliseconds{0};
  const milliseconds most = queue.retry_delay_max > milliseconds{0} ? queue.retry_delay_max : hour;
  return with_jitter(grown(queue.retry_delay, 2, live.job.retries + 1U, most), random);
}

}  // namespace

Timestamp Dispatch::lease_timeout(const LiveJob& live) const {
  const milliseconds timeout = execution_timeout(live, limits_);
  return timeout <= milliseconds{0} ? timestamp_never : later(*live.job.leased, timeout);
}

void Dispatch::lease(LiveJob& live, LiveWorker& worker, Ticket poll, Begins begins) {
  Job& job = live.job;
  leave_queue(live);
  job.state = after(job.state, JobEvent::leased);
  job.leased = call_.now();
  job.worker = worker.worker.id;
  live.holder = &worker;
  Lease lease;
  lease.job = &live;
  lease.first = std::find(job.holders.begin(), job.holders.end(), job.worker) == job.holders.end();
  if (lease.first) job.holders.push_back(job.worker);
  lease.poll = poll;
  lease.delivered = call_.now();
  job.not_begun = begins == Begins::after_others;
  if (job.not_begun)
    ++live.endpoint->not_begun;
  else
    lease.timeout = lease_timeout(live);
  worker.leases.push_back(lease);
  worker.given = true;
  count_in_progress(live, +1);
  if (mutant(Mutant::body_released_early)) call_.drop(job.input);
  streams_.begin_run(live);
  change(worker, WorkerEvent::leased);
  // Records of one call stand in the order of the leases.
  forget_unsaved(live);
  touch(live);
}

void Dispatch::begin(LiveWorker& worker, Lease& lease) {
  LiveJob& live = *lease.job;
  live.job.not_begun = false;
  live.job.leased = call_.now();
  --worker.endpoint->not_begun;
  lease.timeout = lease_timeout(live);
  touch(live);
  arm(worker);
}

/// One that had begun is over: if it was the last, the turn of the next has come.
void Dispatch::begin_next(LiveWorker& worker) {
  const auto& leases = worker.leases;
  if (leases.empty() || !std::all_of(leases.begin(), leases.end(), std::mem_fn(&Lease::waits))) return;
  MARK("core.next_of_several_begins");
  begin(worker, worker.leases.front());
}

/// The worker said something that only the job itself can have made it say.
void Dispatch::runs_now(LiveWorker& worker, const LiveJob& job) {
  Lease& lease = worker.lease_of(job);
  lease.shown = true;
  if (!lease.waits()) return;
  MARK("core.runs_before_its_turn");
  begin(worker, lease);
}

void Dispatch::leave_holder(LiveJob& live) {
  LiveWorker& worker = *live.holder;
  std::erase_if(worker.leases, [&live](const Lease& lease) { return lease.job == &live; });
  live.holder = nullptr;
  if (live.job.not_begun)
    --live.endpoint->not_begun;
  else
    begin_next(worker);
  live.job.not_begun = false;
  count_in_progress(live, -1);
  if (worker.leases.empty()) worker_emptied(worker);
  update_free(worker);
  touch(*worker.endpoint);
}

/// Of lost deliveries and, if its endpoint wants it, failed ones.
std::uint8_t Dispatch::retries_max(const LiveJob& live) const {
  const auto own = live.endpoint->endpoint->queue.retries_max;
  return own ? static_cast<std::uint8_t>(*own) : limits_.retries_max;
}

void Dispatch::take_back(LiveJob& live, Return how) {
  Job& job = live.job;
  if (!how.charged && job.uncharged_returns >= limits_.uncharged_returns_max) {
    MARK("core.uncharged_returns_used_up");
    how.charged = true;
  }
  if (how.charged && job.retries >= retries_max(live) && !mutant(Mutant::retries_not_counted)) {
    const bool silent = how.how == JobStepKind::no_result;
    end_job(live, {JobEvent::given_up,
                   silent ? EndReason::no_result : EndReason::lost,
                   {},
                   nullptr,
                   how.error,
                   how.crash});
    return;
  }
  leave_holder(live);
  job.past = steps_of(job);
  JobStep step{how.how, call_.now(), job.worker};
  step.error = beginning_of(how.error, attempt_error_bytes_max);
  step.crash = std::move(how.crash);
  add_step(job.past, step);
  job.state = after(job.state, JobEvent::returned);
  job.queued = call_.now();
  // Workers that are gone cannot end it any more; ids are never used again.
  std::erase_if(job.holders, [this](const WorkerId& id) { return find_worker(id) == nullptr; });
  if (how.charged) {
    if (const milliseconds delay = retry_delay(live, random_); delay > milliseconds{0})
      job.not_before = call_.now() + delay;
    if (!mutant(Mutant::retries_not_counted)) ++job.retries;
    ++live.endpoint->counters.retried;
    count(*live.endpoint);
  } else {
    ++job.uncharged_returns;
  }
  enqueue(live, Place::head);
  // Not left to the end of the call: a delivery in the same call is another step of its history.
  forget_unsaved(live);
  call_.save(record::JobSaved{job});
  if (live.endpoint->deleting) slice(*live.endpoint);
}

/// Those that wait for their turn; the last delivered first, so that the first delivered is at the head
/// again.
void Dispatch::take_back_waiting(LiveWorker& worker, Return how) {
  for (std::size_t i = worker.leases.size(); i-- > 0;) {
    const Lease& lease = worker.leases[i];
    if (lease.waits()) take_back(*lease.job, how);
  }
}

/// Ends and takes back what is due among the worker's jobs.
void Dispatch::lease_due(LiveWorker& worker) {
  std::vector<LiveJob*> overdue, unanswered;
  for (const Lease& lease : worker.leases) {
    if (lease.timeout <= call_.now())
      overdue.push_back(lease.job);
    else if (lease.given_up <= call_.now())
      unanswered.push_back(lease.job);
  }
  for (LiveJob* job : overdue) {
    MARK("core.execution_timeout");
    end_job(*job, {JobEvent::given_up, EndReason::execution_timeout, {}, nullptr});
  }
  for (LiveJob* job : unanswered) {
    MARK("core.no_result");
    no_result(worker, *job);
  }
}

}  // namespace pilotlight::core

#include <algorithm>
#include <string>

#include "base/mark.hpp"
#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

void State::on(const command::SubmitJob& c) {
  LiveEndpoint* endpoint = find_endpoint(c.endpoint);
  if (endpoint == nullptr || endpoint->deleting)
    return refuse(c.ticket, Errc::not_found, "endpoint not found");
  if (endpoint->endpoint->kind == EndpointKind::load_balancer)
    return refuse(c.ticket, Errc::invalid,
                  "a load-balancing endpoint has no queue; send the request to its own URL");
  if (draining)
    return refuse(c.ticket, Errc::unavailable, "the server is shutting down; try again in a moment");
  if (jobs.size() >= limits.live_jobs_max)
    return refuse(c.ticket, Errc::unavailable,
                  "the server holds " + std::to_string(limits.live_jobs_max) +
                      " unfinished jobs, its limit; try again later");
  if (limits.queue_max > 0 && endpoint->queue.size() >= limits.queue_max)
    return refuse(c.ticket, Errc::busy,
                  "the queue of this endpoint is full (" + std::to_string(limits.queue_max) +
                      " jobs); try again later");
  if (c.id.empty() || jobs.contains(c.id.row()))
    return refuse(c.ticket, Errc::conflict, "this job exists already");
  const RowNumber row = c.id.row();
  LiveJob& live = jobs[row];
  Job& job = live.job;
  job.id = c.id;
  job.endpoint = c.endpoint;
  job.retention = c.retention;
  job.policy = c.policy;
  job.input = c.input;
  job.extras = c.extras;
  job.submitted = job.queued = now_;
  keep(c.input);
  keep(c.extras);
  enqueue(live, false);
  arm(live);
  ++endpoint->counters.submitted;
  count(*endpoint);
  if (!c.wait) return reply(c.ticket, answer::JobAccepted{c.id});
  Waiter waiter;
  waiter.kind = WaiterKind::job;
  waiter.row = row;
  park(c.ticket, waiter, *c.wait);
  job_waiters[row].push_back(c.ticket);
}

void State::on(const command::CancelJob& c) {
  LiveJob* live = find_job(c.id);
  if (live == nullptr || live->job.endpoint != c.endpoint) return reply(c.ticket, answer::JobNotLive{});
  LiveWorker* worker = live->job.leased ? find_worker(live->job.worker) : nullptr;
  Waiter waiter;
  waiter.kind = WaiterKind::job;
  waiter.row = c.id.row();
  park(c.ticket, waiter, milliseconds{0});
  job_waiters[waiter.row].push_back(c.ticket);
  end_job(*live, JobEvent::cancelled, EndReason::cancelled, {});
  if (worker != nullptr) stop_job(*worker, c.id);
}

void State::on(const command::PurgeQueue& c) {
  LiveEndpoint* endpoint = find_endpoint(c.endpoint);
  if (endpoint == nullptr || endpoint->deleting)
    return refuse(c.ticket, Errc::not_found, "endpoint not found");
  endpoint->purges.push_back({c.ticket, endpoint->queue.last_number(), 0});
  sliced_endpoints.push_back(c.endpoint);
}

void State::on(const command::ShortenRetention& c) {
  save(record::RetentionShortened{c.id, now_ + std::max(c.keep, milliseconds{0})});
  reply(c.ticket, answer::Acknowledged{});
}

void State::on(const command::Abandon& c) {
  if (waiters.contains(c.asker)) answer(c.asker, answer::Abandoned{});
}

void State::on(const command::FinishJob& c) {
  LiveJob* live = find_job(c.job);
  LiveWorker* worker = find_worker(c.worker);
  if (worker != nullptr) worker->last_word = now_;
  const bool holder = live != nullptr && (mutant(Mutant::no_fence) ||
                                          std::find(live->job.holders.begin(), live->job.holders.end(),
                                                    c.worker) != live->job.holders.end());
  if (!holder) {
    MARK("core.finish_does_not_count");
    reply(c.ticket, answer::JobFinished{false});
  } else {
    LiveWorker* other =
        live->job.leased && live->job.worker != c.worker ? find_worker(live->job.worker) : nullptr;
    if (live->job.state == JobState::in_queue) MARK("core.late_finish_of_queued_job");
    if (!live->job.leased) live->job.worker = c.worker;
    LiveEndpoint& endpoint = endpoint_of(live->job);
    endpoint.failures = 0;
    end_job(*live, c.failed ? JobEvent::finished_error : JobEvent::finished_ok, EndReason::answered,
            c.result);
    if (other != nullptr) {
      MARK("core.late_finish_of_redelivered_job");
      stop_job(*other, c.job);
    }
    reply(c.ticket, answer::JobFinished{true});
  }
  if (c.stop_worker && worker != nullptr && worker->worker.origin == WorkerOrigin::runtime)
    drain_worker(*worker);
}

void State::on(const command::ReportProgress& c) {
  LiveJob* live = find_job(c.job);
  LiveWorker* worker = find_worker(c.worker);
  if (worker != nullptr) worker->last_word = now_;
  if (live == nullptr || worker == nullptr || live->job.state != JobState::in_progress ||
      live->job.worker != c.worker)
    return reply(c.ticket, answer::JobFinished{false});
  for (Lease& lease : worker->leases)
    if (lease.row == c.job.row()) lease.shown = true;
  drop(live->job.progress);
  live->job.progress = c.value;
  keep(c.value);
  touch(*live);
  reply(c.ticket, answer::JobFinished{true});
}

}  // namespace pilotlight::core

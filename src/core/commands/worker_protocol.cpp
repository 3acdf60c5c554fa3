// The worker protocol: polls, results, progress and pings.
#include <algorithm>

#include "base/mark.hpp"
#include "core/dispatch.hpp"
#include "core/mutant.hpp"
#include "core/sdk_versions.hpp"
#include "domain/workers/commands.hpp"

namespace pilotlight::core {
namespace {

constexpr const char* unknown_worker = "the server does not know this worker, or has removed it";

/// A moving average: the last workers weigh most.
void note_cold_start(const LiveWorker& live, Timestamp now) {
  milliseconds& all = live.endpoint->cold_start;
  const milliseconds took = std::max(now - live.worker.created, milliseconds{1});
  all = all == milliseconds{0} ? took : (all * 3 + took) / 4;
}

/// How many jobs the worker can run at once, as far as this poll shows.
std::size_t room_shown(const LiveWorker& live, const command::TakeJobs& poll) {
  const SdkVersion& sdk = live.worker.sdk;
  const std::size_t at_once = std::max<std::size_t>(poll.max, live.takes.size());
  const bool one_by_one = !sdk.known() || sdk < sdk_parallel_polls || sdk == sdk_one_by_one;
  const bool newer = std::all_of(live.leases.begin(), live.leases.end(),
                                 [&poll](const Lease& lease) { return lease.delivered < poll.arrived; });
  if (!one_by_one || poll.job_in_progress != true || !newer) return at_once;
  return std::max(at_once, live.held() + live.takes.size());
}

}  // namespace

void Dispatch::on(const command::TakeJobs& c) {
  LiveWorker* found = find_worker(c.worker);
  if (found == nullptr) return call_.refuse(c.ticket, Errc::unauthorized, unknown_worker);
  LiveWorker& live = *found;
  heard(live, c.sdk);
  live.last_poll = call_.now();
  live.unhealthy.clear();
  if (!live.runtime()) note_poll_by_hand(*live.endpoint);
  weigh_poll(live, c);
  bool going = draining_;
  switch (live.state()) {
    case WorkerState::starting:
      live.ready = true;
      if (live.ready_after == LiveWorker::not_yet) live.ready_after = live.age(call_.now());
      if (live.runtime()) note_cold_start(live, call_.now());
      change(live, WorkerEvent::ready);
      break;
    case WorkerState::idle:
    case WorkerState::busy: break;
    case WorkerState::draining:
    case WorkerState::stopping: going = true; break;
  }
  if (c.ticket == ticket_none) return;
  // Where there is one poll at a time, an older one belongs to a connection that is gone.
  const bool one_poll = c.sdk.known() && c.sdk >= sdk_one_poll;
  if (one_poll && !live.takes.empty()) {
    MARK("core.older_poll_answered");
    answer_takes(live);
  }
  Waiter& poll = waiters_.park(c.ticket, WaiterKind::take,
                               going ? std::min(c.hold, limits_.draining_poll_hold) : c.hold);
  poll.worker = &live;
  poll.max = std::max<std::uint32_t>(c.max, 1);
  poll.sdk = c.sdk;
  poll.busy = c.job_in_progress == true;
  live.takes.push_back(&poll);
  const auto asked =
      static_cast<std::uint32_t>(std::min<std::size_t>(room_shown(live, c), limits_.jobs_per_take_max));
  if (asked > live.worker.concurrency) {
    live.worker.concurrency = asked;
    call_.save(record::WorkerSaved{live.worker});
  }
  update_free(live);
  arm(live);
}

void Dispatch::on(const command::Undelivered& c) {
  LiveWorker* live = find_worker(c.worker);
  if (live == nullptr) return;
  for (auto id = c.jobs.rbegin(); id != c.jobs.rend(); ++id) {
    LiveJob* job = find_job(*id);
    if (job == nullptr || job->holder != live) continue;
    const Lease& lease = live->lease_of(*job);
    const bool other_delivery = c.poll != ticket_none && c.poll != lease.poll;
    if (other_delivery || lease.shown || lease.over()) {
      MARK("core.undelivered_too_late");
      continue;
    }
    MARK("core.undelivered");
    if (lease.first) std::erase(job->job.holders, c.worker);
    take_back(*job, {JobStepKind::not_taken, false});
  }
}

/// An error of its handler takes the job back to the queue, if its endpoint wants that and a retry is left.
bool Dispatch::tried_again(LiveJob& live, LiveWorker& worker, std::string_view error) {
  const LiveEndpoint& endpoint = *live.endpoint;
  if (live.holder != &worker || !endpoint.endpoint->queue.retry_failed || endpoint.deleting) return false;
  if (live.job.retries >= retries_max(live)) return false;
  MARK("core.failed_job_tried_again");
  // What it has to say of this run it has said: a repetition of it counts no more.
  std::erase(live.job.holders, worker.worker.id);
  take_back(live, {JobStepKind::failed, true, error});
  return true;
}

void Dispatch::on(const command::FinishJob& c) {
  LiveJob* job = find_job(c.job);
  LiveWorker* live = find_worker(c.worker);
  if (live != nullptr) heard(*live, {});
  const bool given = job != nullptr && live != nullptr &&
                     (mutant(Mutant::no_fence) || std::find(job->job.holders.begin(), job->job.holders.end(),
                                                            c.worker) != job->job.holders.end());
  bool counted = false;
  if (given) {
    if (job->holder != live) MARK("core.answer_of_an_earlier_holder");
    live->useful = true;
    forgive_failures(*live);
    counted = !(c.failed && tried_again(*job, *live, c.error));
    if (counted)
      end_job(*job, {c.failed ? JobEvent::failed : JobEvent::succeeded, EndReason::answered, c.result, live});
  } else {
    MARK("core.answer_does_not_count");
  }
  call_.reply(c.ticket, answer::JobFinished{counted});
  if (c.stop_worker && live != nullptr && live->runtime()) drain_worker(*live);
}

void Dispatch::on(const command::ReportProgress& c) {
  LiveJob* job = find_job(c.job);
  LiveWorker* live = find_worker(c.worker);
  if (live != nullptr) heard(*live, {});
  if (job == nullptr || live == nullptr || job->holder != live)
    return call_.reply(c.ticket, answer::JobFinished{false});
  runs_now(*live, *job);
  // Progress values travel on connections of their own and overtake each other.
  if (c.value.number < job->job.progress.number) return call_.reply(c.ticket, answer::JobFinished{false});
  if (c.value != job->job.progress) {
    call_.drop(job->job.progress);
    job->job.progress = c.value;
    call_.keep(c.value);
    touch(*job);
  }
  call_.reply(c.ticket, answer::JobFinished{true});
}

void Dispatch::on(const command::Heartbeat& c) {
  LiveWorker* live = find_worker(c.worker);
  if (live == nullptr) return;
  heard(*live, c.sdk);
  if (c.unhealthy) {
    MARK("core.worker_unhealthy");
    live->unhealthy = *c.unhealthy;
    live->endpoint->last_detail = *c.unhealthy;
  } else {
    live->note_first_ping(call_.now());
  }
  weigh_ping(*live, c.jobs);
  arm(*live);
}

void Dispatch::on(const command::PollStops& c) {
  LiveWorker* live = find_worker(c.worker);
  if (live == nullptr) return call_.refuse(c.ticket, Errc::unauthorized, unknown_worker);
  heard(*live, c.sdk);
  if (c.ticket == ticket_none) return;
  const bool going = draining_ || live->state() == WorkerState::stopping;
  Waiter& poll = waiters_.park(c.ticket, WaiterKind::stops,
                               going ? std::min(c.hold, limits_.draining_poll_hold) : c.hold);
  poll.worker = live;
  live->stop_polls.push_back(&poll);
  serve_stop_polls(*live);
}

}  // namespace pilotlight::core

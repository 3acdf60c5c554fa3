#include <algorithm>

#include "base/mark.hpp"
#include "core/dispatch.hpp"
#include "core/retention.hpp"

namespace pilotlight::core {
namespace {

FinalJob final_of(const LiveJob& live, const End& end, Timestamp now, const Limits& limits) {
  const Job& job = live.job;
  FinalJob final;
  final.id = job.id;
  final.endpoint = job.endpoint;
  final.state = after(job.state, end.event);
  final.reason = end.reason;
  final.retention = job.retention;
  final.policy = job.policy;
  final.retries = job.retries;
  final.input = job.input;
  final.extras = job.extras;
  final.result = end.result;
  final.submitted = job.submitted;
  final.finished = now;
  final.expires = now + retention_of(job.retention, limits);
  if (final.state == JobState::failed || final.state == JobState::timed_out)
    final.expires = std::max(final.expires, now + live.endpoint->endpoint->queue.dead_letter_keep);
  final.leased = job.leased;
  final.delay = delay_of(job).value_or(milliseconds{0});
  final.worker = end.by != nullptr ? end.by->worker.id : job.worker;
  final.webhook = job.webhook;
  final.priority = job.priority;
  final.past = job.past;
  final.cause = beginning_of(end.cause, attempt_error_bytes_max);
  final.crash = end.crash;
  return final;
}

void count_end(record::CountersSaved& counters, JobState state) {
  switch (state) {
    case JobState::completed: ++counters.completed; break;
    case JobState::failed: ++counters.failed; break;
    case JobState::cancelled: ++counters.cancelled; break;
    case JobState::timed_out: ++counters.timed_out; break;
    case JobState::in_queue:
    case JobState::in_progress: UNREACHABLE();
  }
}

Stand stand_of(const LiveJob& live) {
  if (live.holder == nullptr || live.holder->lease_of(live).over()) return {};
  Stand stand{live.holder, live.job.not_begun, true};
  for (const Lease& lease : stand.worker->leases)
    stand.alone = stand.alone && (lease.job == &live || lease.waits());
  return stand;
}

}  // namespace

LiveJob* Dispatch::find_job(const JobId& id) const {
  LiveJob* live = jobs_.find(id.row());
  return live != nullptr && live->job.id == id ? live : nullptr;
}

void Dispatch::touch(LiveJob& job) {
  if (job.unsaved) return;
  job.unsaved = true;
  unsaved_jobs_.push_back(&job);
}

void Dispatch::forget_unsaved(LiveJob& job) {
  if (!job.unsaved) return;
  job.unsaved = false;
  std::replace(unsaved_jobs_.begin(), unsaved_jobs_.end(), &job, static_cast<LiveJob*>(nullptr));
}

Timestamp Dispatch::ttl_end(const LiveJob& live) const {
  return later(live.job.submitted, live.job.policy.ttl.value_or(limits_.ttl));
}

/// The end of its time to live or, if it stands aside, of that.
Timestamp Dispatch::next_due(const LiveJob& live) const {
  const Timestamp end = ttl_end(live);
  return live.job.not_before == Timestamp{} ? end : std::min(live.job.not_before, end);
}

void Dispatch::enqueue(LiveJob& live, Place place) {
  LiveEndpoint& endpoint = *live.endpoint;
  Job& job = live.job;
  live.generation = endpoint.generation;
  ++queued_total_;
  touch(live);
  touch(endpoint);
  if (job.not_before > call_.now()) {
    endpoint.delayed.push_back(live);
  } else {
    job.not_before = {};
    job.order = place == Place::head ? --endpoint.order_first : ++endpoint.order_last;
    place == Place::head ? endpoint.queue.push_front(live) : endpoint.queue.push_back(live);
  }
  deadlines_.set(live, next_due(live));
}

void Dispatch::leave_queue(LiveJob& live) {
  LiveEndpoint& endpoint = *live.endpoint;
  --queued_total_;
  touch(endpoint);
  if (live.generation != endpoint.generation) {
    endpoint.doomed.remove(live);
    left_purge(live);
  } else if (live.job.not_before != Timestamp{}) {
    endpoint.delayed.remove(live);
  } else {
    endpoint.queue.remove(live);
  }
}

void Dispatch::count_in_progress(LiveJob& live, int change) {
  LiveEndpoint& endpoint = *live.endpoint;
  const auto by = static_cast<std::uint64_t>(static_cast<std::int64_t>(change));
  lease_total_ += by;
  endpoint.in_progress += by;
  if (live.job.policy.low_priority) endpoint.in_progress_low += by;
}

FinalJob Dispatch::end_job(LiveJob& live, const End& end) {
  const FinalJob final = final_of(live, end, call_.now(), limits_);
  LiveEndpoint& endpoint = *live.endpoint;
  const Stand stood = stand_of(live);
  switch (live.job.state) {
    case JobState::in_queue: leave_queue(live); break;
    case JobState::in_progress: leave_holder(live); break;
    case JobState::completed:
    case JobState::failed:
    case JobState::cancelled:
    case JobState::timed_out: UNREACHABLE();
  }
  call_.save(record::JobFinished{final});
  call_.keep(end.result);
  call_.drop(live.job.progress);
  streams_.end(live);
  webhooks_.owe(final);
  count_end(endpoint.counters, final.state);
  count(endpoint);
  if (final.leased) endpoint.recent.add({final.delay, final.finished - *final.leased});
  while (live.waiters != nullptr) answer(*live.waiters, answer::JobEnded{final});
  tell_holders(live.job, stood, end);
  forget_unsaved(live);
  deadlines_.clear(live);
  jobs_.release(live);
  touch(endpoint);
  return final;
}

void Dispatch::count(LiveEndpoint& endpoint) {
  if (endpoint.counters_unsaved) return;
  endpoint.counters_unsaved = true;
  uncounted_.push_back(&endpoint);
}

bool Dispatch::expired(const LiveJob& live) const {
  return ttl_end(live) <= call_.now();
}

void Dispatch::job_due(LiveJob& live) {
  if (expired(live)) {
    MARK("core.ttl");
    end_job(live, {JobEvent::expired, EndReason::ttl, {}, nullptr});
    return;
  }
  if (live.generation != live.endpoint->generation) return deadlines_.set(live, ttl_end(live));
  MARK("core.delay_is_over");
  leave_queue(live);
  live.job.queued = call_.now();
  const bool ran = live.job.retries > 0 || live.job.uncharged_returns > 0;
  enqueue(live, ran ? Place::head : Place::end);
}

void Dispatch::save_jobs() {
  for (LiveJob* job : unsaved_jobs_) {
    if (job == nullptr || !job->unsaved) continue;
    job->unsaved = false;
    call_.save(record::JobSaved{job->job});
  }
  unsaved_jobs_.clear();
}

void Dispatch::save_counters() {
  for (LiveEndpoint* endpoint : uncounted_) {
    endpoint->counters_unsaved = false;
    call_.save(endpoint->counters);
  }
  uncounted_.clear();
}

}  // namespace pilotlight::core

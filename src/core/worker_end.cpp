// How workers end: silence, failure, removal.
#include <algorithm>
#include <string>

#include "base/mark.hpp"
#include "core/dispatch.hpp"
#include "core/explanations.hpp"
#include "core/mutant.hpp"
#include "core/not_asking.hpp"
#include "domain/workers/commands.hpp"

namespace pilotlight::core {
namespace {

std::string init_timeout_text(milliseconds timeout) {
  return "the worker did not ask for a job within " + std::to_string(timeout.count() / 1000) +
         " s of its start and was killed; if it needs longer, raise RUNPOD_INIT_TIMEOUT";
}

}  // namespace

void Dispatch::remove_worker(LiveWorker& live, Jobs jobs_lost, const command::WorkerExited* crash) {
  LiveEndpoint& endpoint = *live.endpoint;
  const WorkerId id = live.worker.id;
  const auto owned = std::move(workers_.at(id));
  workers_.erase(id);
  live.gone = true;
  update_free(live);
  endpoint.unlist_idle(live);
  answer_takes(live);
  answer_stop_polls(live);
  call_.save(record::WorkerRemoved{id});
  lose_jobs(live, jobs_lost, crash);
  if (live.runtime()) call_.emit(effect::ForgetWorker{id});
  std::erase(endpoint.workers, &live);
  --endpoint.workers_in[static_cast<std::size_t>(live.worker.origin)][static_cast<std::size_t>(live.state())];
  deadlines_.clear(live);
  touch(endpoint);
  if (endpoint.deleting) slice(endpoint);
}

/// What had not begun is never charged.
void Dispatch::lose_jobs(LiveWorker& live, Jobs lost, const command::WorkerExited* crash) {
  const bool charged = lost == Jobs::charged;
  const auto lose = [&](const Lease& lease, bool charge) {
    Return how{JobStepKind::lost, charge};
    if (crash != nullptr) how.crash = crash_of(*crash, lease.given());
    take_back(*lease.job, std::move(how));
  };
  for (std::size_t i = live.leases.size(); i-- > 0;)
    if (live.leases[i].waits()) lose(live.leases[i], charged && mutant(Mutant::charged_before_its_turn));
  while (!live.leases.empty()) {
    Lease& lease = live.leases.back();
    lease.over() ? no_result_because(lease, crash != nullptr ? crash->output : std::span<const OutputLine>{})
                 : lose(lease, charged);
  }
}

/// From a worker's start to its first job-take.
milliseconds Dispatch::init_timeout(const LiveEndpoint& endpoint) const {
  const Endpoint& e = *endpoint.endpoint;
  if (mutant(Mutant::init_timeout_ignored)) return limits_.init_timeout;
  if (e.init_timeout) return *e.init_timeout;
  const Template* used = definitions_.find_template(e.template_id);
  return used != nullptr && used->init_timeout ? *used->init_timeout : limits_.init_timeout;
}

void Dispatch::note_failure(LiveWorker& live, std::int32_t exit_code, std::string detail) {
  LiveEndpoint& endpoint = *live.endpoint;
  ++endpoint.failures.in_a_row;
  endpoint.failures.last_was_ready = live.ready;
  endpoint.last_failure = call_.now();
  endpoint.last_exit_code = exit_code;
  endpoint.last_detail = std::move(detail);
  const milliseconds wait = backoff_delay(endpoint.failures, limits_, random_);
  if (wait > milliseconds{0}) MARK("core.back_off");
  endpoint.not_before = call_.now() + wait;
}

/// A worker that was started after the last failure has shown that the loop is broken.
void Dispatch::forgive_failures(const LiveWorker& live) {
  LiveEndpoint& endpoint = *live.endpoint;
  if (endpoint.failures.in_a_row == 0 || live.worker.created < endpoint.last_failure) return;
  endpoint.failures = {};
  endpoint.not_before = {};
  touch(endpoint);
}

/// When the worker counts as silent for too long, if it says nothing until then.
Timestamp Dispatch::silence_due(const LiveWorker& live) const {
  if (!live.runtime()) {
    if (live.state() == WorkerState::starting) return later(live.last_word, limits_.by_hand_unused);
    const bool parked = !live.takes.empty() || !live.stop_polls.empty();
    return later(parked ? call_.now() : live.last_word, silence_max(limits_));
  }
  const Timestamp replaced = later(not_asking_since(live), silence_max(limits_));
  switch (live.state()) {
    case WorkerState::starting:
      return std::min(replaced, later(live.worker.created, init_timeout(*live.endpoint)));
    case WorkerState::idle: return replaced;
    case WorkerState::busy:
    case WorkerState::draining:
    case WorkerState::stopping: return timestamp_never;
  }
  UNREACHABLE();
}

void Dispatch::arm(LiveWorker& live) {
  Timestamp due = silence_due(live);
  for (const Lease& lease : live.leases) due = std::min({due, lease.timeout, lease.given_up});
  if (const Timestamp patience = patience_end(live); patience > call_.now()) due = std::min(due, patience);
  for (const StopEntry& entry : live.stops)
    if (!entry.judged) due = std::min(due, later(entry.since, limits_.stop_grace));
  if (due != timestamp_never) deadlines_.no_later_than(live, due);
}

/// Silence comes first: if the timeout of a job fell on the same instant, the next one would count as begun,
/// and be charged for the silence that had begun before it.
void Dispatch::worker_due(LiveWorker& live) {
  if (silent_worker_due(live)) return;
  lease_due(live);
  judge_stops(live);
  if (patience_end(live) <= call_.now()) touch(*live.endpoint);
  arm(live);
}

/// Silence of a worker that nobody watches: its jobs go to others, it may come back; after a day it is
/// forgotten. True if it is removed.
bool Dispatch::silent_by_hand(LiveWorker& live) {
  if (live.state() == WorkerState::starting || live.state() == WorkerState::draining) {
    MARK("core.by_hand_worker_forgotten");
    remove_worker(live, Jobs::charged);
    return true;
  }
  MARK("core.by_hand_worker_silent");
  lose_jobs(live, Jobs::charged);
  change(live, WorkerEvent::silent);
  live.first_ping = timestamp_never;
  return false;
}

/// Stops a worker that holds no job, and counts it as failed.
void Dispatch::fail_worker(LiveWorker& live, std::string why, milliseconds grace) {
  note_failure(live, -1, why);
  live.failure = std::make_unique<std::string>(std::move(why));
  stop_worker(live, grace);
}

/// True if the worker is removed.
bool Dispatch::silent_worker_due(LiveWorker& live) {
  if (silence_due(live) > call_.now()) return false;
  if (!live.runtime()) return silent_by_hand(live);
  const bool starting = live.state() == WorkerState::starting;
  if (later(not_asking_since(live), silence_max(limits_)) <= call_.now()) {
    if (starting)
      MARK("core.starting_worker_asks_for_nothing");
    else
      MARK("core.idle_worker_hangs");
    fail_worker(live, not_asking_text(live) + " It was replaced.",
                starting ? milliseconds{0} : limits_.worker_stop_grace);
  } else {
    MARK("core.init_timeout");
    fail_worker(live, init_timeout_text(init_timeout(*live.endpoint)), milliseconds{0});
  }
  return false;
}

}  // namespace pilotlight::core

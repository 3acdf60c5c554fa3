#include "core/why.hpp"

#include <algorithm>

#include "core/not_asking.hpp"
#include "core/want.hpp"

namespace pilotlight::core {
namespace {

Waiting because(WaitReason reason, std::string text) {
  Waiting waiting;
  waiting.reason = reason;
  waiting.text = std::move(text);
  return waiting;
}

Waiting crash_loop(const LiveEndpoint& endpoint, Timestamp now) {
  const auto failures = endpoint.failures.in_a_row;
  Waiting waiting = because(WaitReason::crash_loop,
                            failures == 1 ? "The last worker of this endpoint failed; see the detail."
                                          : "The last " + std::to_string(failures) +
                                                " workers of this endpoint failed; see the detail.");
  if (endpoint.not_before > now) waiting.until = endpoint.not_before;
  waiting.exit_code = endpoint.last_exit_code;
  waiting.detail = endpoint.last_detail;
  return waiting;
}

/// Workers are free, but none that may be given it. Ends at the first that is not in the job's past.
bool kept_back(const LiveJob& live) {
  const auto& free = live.endpoint->free;
  return !free.empty() && std::all_of(free.begin(), free.end(), [&live](const auto& one) {
    return one.second->runs_perhaps(live.job);
  });
}

}  // namespace

/// `first`: the job that is asked about, or the head of the queue; null if none waits.
Waiting Why::reason(const LiveEndpoint& endpoint, const LiveJob* first, bool low_priority) const {
  if (draining_)
    return because(WaitReason::shutting_down,
                   "The server is shutting down; the job is kept and runs after the next start.");
  if (endpoint.queue.empty() && endpoint.doomed.empty() && !endpoint.delayed.empty())
    return because(WaitReason::delayed, "Every waiting job is delayed.");
  const Endpoint& e = *endpoint.endpoint;
  const Capacity have = capacity_of(endpoint);
  const std::int64_t starting = endpoint.count(WorkerOrigin::runtime, WorkerState::starting);
  const std::int64_t ready = have.able - starting;
  const bool full = have.live >= e.workers_max;
  if (first != nullptr && kept_back(*first))
    return until_next_step(
        endpoint, "Every free worker ran an earlier attempt of this job and may still hold the job.");
  if (!endpoint.free.empty()) return because(WaitReason::none, "A worker is free and takes the next job.");
  if (const LiveWorker* worker = not_asking(endpoint, limits_, now_)) return asks_for_nothing(*worker);
  if (ready == 0 && endpoint.failures.in_a_row > 0 && e.workers_max > 0) return crash_loop(endpoint, now_);
  if (e.workers_max == 0 && have.able == 0)
    return because(WaitReason::endpoint_at_zero,
                   "workersMax of this endpoint is 0; raise it to let workers start.");
  if (starting > 0 && have.able == starting)
    return because(WaitReason::no_worker_yet,
                   "A worker is starting and has not asked for its first job yet.");
  if (low_priority && have.able == 0)
    return because(WaitReason::low_priority,
                   "Low-priority jobs start no worker; this job runs when another job has started a worker.");
  if (have.able == 0 && full)
    return because(
        WaitReason::workers_max_reached,
        "All workers that workersMax allows are stopping; a new worker starts when one has stopped.");
  if (have.able == 0)
    return because(WaitReason::no_worker_yet, "No worker runs yet; one is about to be started.");
  if (full)
    return because(WaitReason::workers_max_reached, "All workers are busy, and workersMax allows no more.");
  return until_next_step(endpoint, "All running workers are busy.");
}

Waiting Why::endpoint(const LiveEndpoint& endpoint) const {
  const bool only_low = endpoint.queue.normal() == 0 && !endpoint.queue.empty();
  return reason(endpoint, endpoint.queue.head(), only_low);
}

Waiting Why::asks_for_nothing(const LiveWorker& worker) const {
  Waiting waiting = because(WaitReason::worker_not_asking, not_asking_text(worker));
  if (worker.runtime()) {
    waiting.text += " The server replaces the worker if this goes on.";
    waiting.until = later(not_asking_since(worker), silence_max(limits_));
  } else {
    waiting.text +=
        " The server cannot replace a worker that was started by hand: stop the worker, and start it again.";
  }
  return waiting;
}

/// Jobs wait for the workers that there are, or for the one that the scaler starts next.
Waiting Why::until_next_step(const LiveEndpoint& endpoint, std::string text) const {
  Waiting waiting = because(WaitReason::workers_busy, std::move(text));
  const Timestamp step = plan_of(endpoint, now_).next_step;
  if (step != timestamp_never) waiting.until = step;
  return waiting;
}

Waiting Why::job(const LiveJob& live) const {
  const bool aside = live.job.not_before != Timestamp{} && !draining_;
  Waiting waiting = aside ? because(WaitReason::delayed, "The job is delayed until this time.")
                          : reason(*live.endpoint, &live, live.job.policy.low_priority);
  if (aside) waiting.until = live.job.not_before;
  waiting.expected = expected_start(live);
  return waiting;
}

/// From how long the last jobs ran and the last workers took to start; nullopt where that says nothing.
std::optional<Timestamp> Why::expected_start(const LiveJob& live) const {
  const LiveEndpoint& endpoint = *live.endpoint;
  if (draining_ || live.generation != endpoint.generation || kept_back(live)) return std::nullopt;
  const Capacity have = capacity_of(endpoint);
  const bool aside = live.job.not_before != Timestamp{};
  const Timestamp from = std::max(now_, live.job.not_before);
  if (!endpoint.free.empty()) return from;
  const std::int64_t starting = endpoint.count(WorkerOrigin::runtime, WorkerState::starting);
  const bool cold = have.able == starting;
  if (cold && (endpoint.cold_start == milliseconds{0} || endpoint.failures.in_a_row > 0 ||
               endpoint.endpoint->workers_max == 0 || (live.job.policy.low_priority && have.able == 0)))
    return std::nullopt;
  const milliseconds run = endpoint.recent.mean_execution();
  const auto ahead = aside ? 0 : static_cast<std::int64_t>(endpoint.queue.ahead_of(live));
  if (run == milliseconds{0} && (ahead > 0 || !cold)) return std::nullopt;
  // Workers at work end theirs evenly spread over the time that a job takes.
  const std::int64_t able = std::max<std::int64_t>(have.able, 1);
  const milliseconds turn =
      run * (ahead / able) + (cold ? milliseconds{0} : run * (ahead % able + 1) / (able + 1));
  return later(from, turn + (cold ? endpoint.cold_start : milliseconds{0}));
}

}  // namespace pilotlight::core

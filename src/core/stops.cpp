// Jobs that ended here while a worker may still run them.
#include <algorithm>

#include "base/mark.hpp"
#include "core/dispatch.hpp"
#include "core/sdk_versions.hpp"

namespace pilotlight::core {
namespace {

constexpr std::size_t stops_max = 256;  // of one worker; beyond, the oldest is forgotten

}  // namespace

/// Every worker that was given the job and did not end it is told to stop it. A worker where it waits for its
/// turn would not understand a stop (docs/protocol.md 6): the result of the job will be dropped.
void Dispatch::tell_holders(const Job& job, const Stand& stood, const End& end) {
  const bool denied = end.reason == EndReason::lost || end.reason == EndReason::no_result;
  for (const WorkerId& id : job.holders) {
    LiveWorker* live = find_worker(id);
    if (live == nullptr || live == end.by || (live == stood.worker && (denied || stood.waits))) continue;
    const SdkVersion& sdk = live->worker.sdk;
    if (!sdk.known() || sdk >= sdk_job_stop) {
      stop_job(*live, job.id, live == stood.worker && stood.alone);
    } else if (live == stood.worker && stood.alone && live->runtime() &&
               live->state() != WorkerState::stopping) {
      MARK("core.killed_for_want_of_job_stop");
      stop_worker(*live, milliseconds{0});
    }
  }
}

void Dispatch::stop_job(LiveWorker& live, const JobId& job, bool alone) {
  if (live.stops.size() >= stops_max) live.stops.erase(live.stops.begin());
  StopEntry entry;
  entry.job = job;
  entry.since = call_.now();
  entry.alone = alone;
  live.stops.push_back(entry);
  serve_stop_polls(live);
  arm(live);
}

void Dispatch::weigh_stops(LiveWorker& live, const std::vector<JobId>& listed) {
  std::erase_if(live.stops, [&listed](StopEntry& entry) {
    if (std::find(listed.begin(), listed.end(), entry.job) != listed.end()) {
      entry.listed = true;
      entry.to_tell = true;  // still running: tell it again
      entry.pings_without = 0;
      return false;
    }
    const bool vanished = entry.listed && entry.told;
    entry.listed = false;
    return vanished || ++entry.pings_without >= 2;
  });
  judge_stops(live);
  serve_stop_polls(live);
}

/// A worker that goes on with a job after the grace is killed, once it holds no other that has begun.
void Dispatch::judge_stops(LiveWorker& live) {
  bool deaf = false, alone = live.leases.empty();
  for (StopEntry& entry : live.stops) {
    if (later(entry.since, limits_.stop_grace) > call_.now()) continue;
    entry.judged = true;
    deaf = deaf || entry.listed;
    const bool no_newer = std::none_of(live.leases.begin(), live.leases.end(), [&entry](const Lease& lease) {
      return lease.delivered >= entry.since;
    });
    alone = alone || (entry.listed && entry.alone && no_newer);
  }
  if (!deaf || !live.runtime() || live.kill_when_free) return;
  MARK("core.worker_deaf_to_stop");
  live.kill_when_free = true;
  if (alone)
    stop_worker(live, milliseconds{0});
  else
    drain_worker(live);
}

void Dispatch::serve_stop_polls(LiveWorker& live) {
  if (live.stop_polls.empty()) return;
  answer::StopJobs told;
  for (StopEntry& entry : live.stops) {
    if (!entry.to_tell) continue;
    entry.to_tell = false;
    entry.told = true;
    told.jobs.push_back(entry.job);
  }
  if (!told.jobs.empty()) answer(*live.stop_polls.front(), std::move(told));
}

}  // namespace pilotlight::core

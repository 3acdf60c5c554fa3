// What a worker's words prove about the jobs it was given.
#include <algorithm>
#include <utility>

#include "base/mark.hpp"
#include "core/dispatch.hpp"
#include "core/mutant.hpp"
#include "core/sdk_versions.hpp"
#include "domain/workers/commands.hpp"

namespace pilotlight::core {
namespace {

bool polls_in_parallel(const SdkVersion& sdk) {
  return !sdk.known() || sdk < sdk_one_poll;
}

bool counts_late(const SdkVersion& sdk) {
  return !polls_in_parallel(sdk) && sdk < sdk_counts_taken;
}

/// The poll speaks of what was delivered before this time. Who counts late may have read the last answer only
/// now.
Timestamp spoken_of(const LiveWorker& live, const command::TakeJobs& poll, milliseconds lag) {
  if (polls_in_parallel(poll.sdk)) return poll.arrived - lag;
  return counts_late(poll.sdk) ? std::min(poll.arrived - lag, live.arrived) : poll.arrived;
}

bool came_back_untaken(const Job& job) {
  return std::any_of(job.past.begin(), job.past.end(),
                     [](const JobStep& step) { return step.kind == JobStepKind::not_taken; });
}

}  // namespace

void Dispatch::weigh_poll(LiveWorker& live, const command::TakeJobs& poll) {
  const bool late = counts_late(poll.sdk);
  // A poll that was sent before a delivery says nothing about it.
  const Timestamp asked = spoken_of(live, poll, limits_.poll_lag_max);
  live.asked = std::max(live.asked, asked);
  live.arrived = poll.arrived;
  std::vector<LiveJob*> denied;
  for (const Lease& lease : live.leases)
    if (poll.job_in_progress == false && lease.delivered < asked) denied.push_back(lease.job);
  // The last delivered first, so that the first delivered is at the head again.
  for (auto job = denied.rbegin(); job != denied.rend(); ++job) not_held(live, **job);
  // The oldest packages state nothing, but run one job and send the next poll only after it.
  if (!poll.job_in_progress.value_or(live.worker.concurrency > 1)) {
    // A package that polls in parallel may send an older poll that arrives last, even if no two of its polls
    // were ever open here at the same time.
    live.empty = poll.job_in_progress ? asked : poll.arrived;
    touch(*live.endpoint);  // jobs may be there that it was not given for fear that it runs them
  }
  if (poll.job_in_progress == false && !late && !polls_in_parallel(poll.sdk)) live.stops.clear();
}

void Dispatch::weigh_ping(LiveWorker& live, const std::vector<JobId>& listed) {
  live.pings[1] = std::exchange(live.pings[0], {live.asked, listed});
  const bool several = live.worker.concurrency > 1 || live.leases.size() > 1;
  std::vector<LiveJob*> denied;
  for (const JobId& id : listed) {
    const LiveJob* job = find_job(id);
    if (job == nullptr || job->holder == nullptr) continue;
    if (job->holder == &live || mutant(Mutant::ping_speaks_for_all)) job->holder->lease_of(*job).shown = true;
  }
  for (Lease& lease : live.leases) {
    const JobId& job = lease.job->job.id;
    if (std::find(listed.begin(), listed.end(), job) != listed.end()) {
      if (!lease.over()) lease.given_up = timestamp_never;
    } else if ((several && live.unlisted(job, lease.delivered)) || mutant(Mutant::early_requeue)) {
      MARK("core.pings_without_the_job");
      denied.push_back(lease.job);
    }
  }
  update_free(live);  // what it had denied it may hold after all
  for (auto job = denied.rbegin(); job != denied.rend(); ++job) not_held(live, **job);
  weigh_stops(live, listed);
  // Jobs may be there that it was not given for fear that it runs them.
  if (live.free_key && !live.endpoint->queue.empty()) touch(*live.endpoint);
}

void Dispatch::not_held(LiveWorker& live, LiveJob& job) {
  Lease& lease = live.lease_of(job);
  if (lease.denied()) return;
  if (lease.waits() || (!lease.shown && !came_back_untaken(job.job))) {
    MARK("core.delivery_never_shown");
    return take_back(job, {JobStepKind::not_taken, false});
  }
  // One answer may be lost on the way; two in a row are rather short runs without a result.
  if (!lease.shown) {
    MARK("core.denied_again");
    return no_result(live, job);
  }
  if (mutant(Mutant::no_result_forgotten)) return;
  // Its result may still be on the way: job-done is repeated for seconds.
  MARK("core.shown_then_denied");
  lease.given_up = later(call_.now(), limits_.no_result_grace);
  update_free(live);
  arm(live);
}

}  // namespace pilotlight::core

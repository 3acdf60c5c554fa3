// What a worker's words prove about the jobs it was given.
#include <algorithm>

#include "base/mark.hpp"
#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {
namespace {

constexpr SdkVersion one_poll_at_a_time{1, 7, 1};
constexpr SdkVersion has_job_stop{1, 10, 0};

bool polls_in_parallel(const SdkVersion& sdk) {
  return !sdk.known() || sdk < one_poll_at_a_time;
}

bool contains(const std::vector<JobId>& ids, const JobId& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

}  // namespace

void State::weigh_poll(LiveWorker& worker, const command::TakeJobs& poll) {
  std::vector<RowNumber> denied;
  for (Lease& lease : worker.leases) {
    const bool old_enough =
        !polls_in_parallel(worker.worker.sdk) || now_ - lease.delivered >= limits.parallel_poll_age;
    if (!old_enough) continue;
    lease.polled_since = true;
    if (poll.job_in_progress == false) denied.push_back(lease.row);
  }
  for (auto row = denied.rbegin(); row != denied.rend(); ++row) not_held(worker, *row);
  if (poll.job_in_progress == false && !polls_in_parallel(worker.worker.sdk)) worker.stops.clear();
}

void State::weigh_ping(LiveWorker& worker, const std::vector<JobId>& listed) {
  std::vector<RowNumber> denied;
  for (Lease& lease : worker.leases) {
    const LiveJob* job = find_row(lease.row);
    ASSERT(job != nullptr);
    if (contains(listed, job->job.id)) {
      lease.shown = true;
      lease.pings_without = 0;
      lease.denied.reset();
      continue;
    }
    if (mutant(Mutant::early_requeue))
      denied.push_back(lease.row);
    else if (lease.polled_since && worker.concurrency > 1 && ++lease.pings_without >= 2)
      denied.push_back(lease.row);
  }
  for (auto row = denied.rbegin(); row != denied.rend(); ++row) not_held(worker, *row);
  weigh_stops(worker, listed);
}

void State::not_held(LiveWorker& worker, RowNumber row) {
  LiveJob* job = find_row(row);
  ASSERT(job != nullptr);
  const auto lease = std::find_if(worker.leases.begin(), worker.leases.end(),
                                  [row](const Lease& candidate) { return candidate.row == row; });
  if (lease == worker.leases.end() || lease->denied) return;
  if (!lease->shown) {
    MARK("core.delivery_never_shown");
    take_back(*job, false, EndReason::lost);
    return;
  }
  // Its result may still be on the way: job-done is retried for seconds.
  MARK("core.shown_then_denied");
  lease->denied = now_;
  update_free(worker);
  arm(*job);
}

void State::stop_job(LiveWorker& worker, const JobId& job) {
  for (const StopEntry& entry : worker.stops)
    if (entry.job == job) return;
  const SdkVersion& sdk = worker.worker.sdk;
  if (sdk.known() && sdk < has_job_stop) {
    MARK("core.stop_without_job_stop");
    if (worker.leases.empty() && worker.worker.state != WorkerState::stopping)
      stop_worker(worker, milliseconds{0});
    return;
  }
  worker.stops.push_back({job, now_, false, false});
  serve_stop_polls(worker);
  arm(worker);
}

void State::weigh_stops(LiveWorker& worker, const std::vector<JobId>& listed) {
  for (StopEntry& entry : worker.stops) {
    entry.listed = contains(listed, entry.job);
    if (entry.listed) entry.handed_out = false;  // still running: tell it again
  }
  std::erase_if(worker.stops, [this](const StopEntry& entry) {
    return !entry.listed && (entry.handed_out || entry.since + 2 * limits.ping_interval < now_);
  });
  kill_if_still_listed(worker);
  if (find_worker(worker.worker.id) != nullptr) serve_stop_polls(worker);
}

void State::kill_if_still_listed(LiveWorker& worker) {
  if (worker.worker.state == WorkerState::stopping || worker.worker.origin == WorkerOrigin::by_hand) return;
  const bool deaf = std::any_of(worker.stops.begin(), worker.stops.end(), [this](const StopEntry& entry) {
    return entry.listed && entry.since + limits.stop_grace <= now_;
  });
  if (!deaf) return;
  MARK("core.worker_deaf_to_stop");
  if (worker.leases.empty()) {
    stop_worker(worker, milliseconds{0});
    return;
  }
  drain_worker(worker);
  worker.kill_when_free = true;
}

void State::serve_stop_polls(LiveWorker& worker) {
  if (worker.stop_polls.empty()) return;
  answer::StopJobs answer_;
  for (StopEntry& entry : worker.stops) {
    if (entry.handed_out) continue;
    entry.handed_out = true;
    answer_.jobs.push_back(entry.job);
  }
  if (answer_.jobs.empty()) return;
  answer(worker.stop_polls.front(), std::move(answer_));
}

}  // namespace pilotlight::core

// Queued jobs meet waiting polls here, and nowhere else.
#include <algorithm>

#include "base/mark.hpp"
#include "core/dispatch.hpp"
#include "core/mutant.hpp"
#include "core/sdk_versions.hpp"
#include "core/want.hpp"

namespace pilotlight::core {
namespace {

/// Of the inputs in one answer, unless it is a single job's: all of them are in memory until it is written.
constexpr std::uint64_t take_bytes_max = 64ULL << 20;

/// So many jobs that a worker may not be given yet do not keep those behind them from it.
constexpr std::size_t kept_back_max = 16;

/// Rounded up.
constexpr std::size_t even_share(std::size_t jobs, std::size_t among) {
  return (jobs + among - 1) / among;
}

}  // namespace

void Dispatch::match(LiveEndpoint& endpoint) {
  // What a purge is still cancelling was first in line.
  if (!restored_ || !endpoint.doomed.empty()) return;
  for (auto next = endpoint.free.begin(); next != endpoint.free.end();) {
    LiveWorker& worker = *next->second;
    const LiveJob* first = endpoint.queue.head();
    if (first == nullptr && relieve(endpoint)) {
      next = endpoint.free.begin();
      continue;
    }
    if (first == nullptr || expired(*first))
      return;  // its end is due in this batch, then we are called again
    if (job_for(endpoint, worker) == nullptr) {
      ++next;
      continue;
    }
    deliver(endpoint, worker);
    next = endpoint.free.begin();
  }
}

/// The first job in line that this worker may be given; null if there is none, or if its end is due.
LiveJob* Dispatch::job_for(const LiveEndpoint& endpoint, const LiveWorker& worker) const {
  LiveJob* job = endpoint.queue.first_of(kept_back_max, [&](const LiveJob& one) {
    return !worker.runs_perhaps(one.job) || mutant(Mutant::retry_to_same_worker);
  });
  if (job != endpoint.queue.head()) MARK("core.worker_may_run_it_from_before_a_retry");
  return job != nullptr && !expired(*job) ? job : nullptr;
}

/// When jobs that wait at the worker for their turn have waited too long; timestamp_never if none does.
Timestamp Dispatch::patience_end(const LiveWorker& worker) const {
  bool some_wait = false;
  Timestamp began{};
  for (const Lease& lease : worker.leases) {
    if (lease.waits())
      some_wait = true;
    else
      began = std::max(began, *lease.job->job.leased);
  }
  return some_wait ? later(began, limits_.run_ahead_max) : timestamp_never;
}

/// Jobs that wait behind a long one go back to the queue, of one worker at a time. False: there were none.
bool Dispatch::relieve(LiveEndpoint& endpoint) {
  if (endpoint.not_begun == 0) return false;
  for (LiveWorker* worker : endpoint.workers) {
    if (patience_end(*worker) > call_.now()) continue;
    MARK("core.jobs_behind_a_long_one");
    save_jobs();  // what was delivered in this call was so before they came back
    take_back_waiting(*worker, {JobStepKind::not_taken, false});
    return true;
  }
  return false;
}

/// How many jobs a worker is given that rests between jobs and asks for one, if all are short, many wait, and
/// nobody else is free. One that has not ended a job perhaps ends after its first.
std::size_t Dispatch::run_ahead(const LiveEndpoint& endpoint, const LiveWorker& worker) const {
  constexpr std::size_t enough_to_judge = 8;
  const bool all_to_one = mutant(Mutant::ahead_beside_idle);
  // Of the poll itself: a worker started by hand may come again on a package that takes no array.
  const Waiter& poll = *worker.takes.front();
  const SdkVersion& sdk = poll.sdk;
  if (!sdk.known() || sdk < sdk_counts_taken || worker.worker.concurrency != 1 || !worker.leases.empty())
    return 0;
  if (sdk >= sdk_no_more_than_asked && !mutant(Mutant::ahead_for_all_versions)) return 0;
  // The worker holds no job of ours here. If its poll states a running job, the worker counts one that we did
  // not give it, and its concurrency may be higher than its polls show.
  if (poll.busy) return 0;
  if (!worker.useful || (endpoint.free.size() > 1 && !all_to_one)) return 0;
  if (endpoint.recent.size() < enough_to_judge) return 0;
  const milliseconds run = std::max(endpoint.recent.mean_execution(), milliseconds{1});
  const auto in_time = static_cast<std::size_t>(limits_.run_ahead_max / run);
  const auto able = static_cast<std::size_t>(std::max<std::int64_t>(capacity_of(endpoint).able, 1));
  const std::size_t share = all_to_one ? endpoint.queue.size() : even_share(endpoint.queue.size(), able);
  return std::min({in_time, share, std::size_t{limits_.jobs_per_take_max}, std::size_t{limits_.slice_jobs}});
}

/// Gives the worker's oldest poll what it asks for, but no more than an even share among those who wait; to
/// one that rests between jobs perhaps more.
void Dispatch::deliver(LiveEndpoint& endpoint, LiveWorker& worker) {
  Waiter& poll = *worker.takes.front();
  const auto room = static_cast<std::uint32_t>(worker.worker.concurrency - worker.held());
  const std::size_t asked = std::min({poll.max, limits_.jobs_per_take_max, limits_.slice_jobs, room});
  const std::size_t share = even_share(endpoint.queue.size(), endpoint.free.size());
  answer::JobsTaken taken{worker.worker.id, {}};
  std::uint64_t bytes = 0;
  const std::size_t now = std::min(asked, share), all = std::max(now, run_ahead(endpoint, worker));
  while (taken.jobs.size() < all) {
    LiveJob* job = job_for(endpoint, worker);
    if (job == nullptr) break;
    const bool ahead = taken.jobs.size() >= now;
    // Once is enough: it may run where it was taken from all the same.
    if (ahead && (job->job.retries > 0 || job->job.uncharged_returns > 0)) break;
    bytes += std::uint64_t{job->job.input.bytes} + job->job.extras.bytes;
    if (!taken.jobs.empty() && bytes > take_bytes_max) {
      MARK("core.answer_full_of_bytes");
      break;
    }
    lease(*job, worker, poll.ticket, ahead ? Begins::after_others : Begins::now);
    taken.jobs.push_back(
        {job->job.id, job->job.input, job->job.extras, job->job.retries, *job->job.leased - job->job.queued});
  }
  ASSERT(!taken.jobs.empty());
  answer(poll, std::move(taken));
}

}  // namespace pilotlight::core

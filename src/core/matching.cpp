// Queued jobs meet waiting polls here, and nowhere else.
#include <algorithm>

#include "base/mark.hpp"
#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {
namespace {

/// Of the inputs in one answer, unless it is a single job's: all of them are in memory until it is written.
constexpr std::uint64_t take_bytes_max = 64ULL << 20;

/// It may still run the job from before a retry, or repeat its answer, and the two runs have the same id.
bool runs_it_perhaps(const LiveWorker& worker, const Job& job) {
  const WorkerId& id = worker.worker.id;
  if (!job.leased && job.worker == id && worker.empty <= job.submitted) return true;
  return std::any_of(job.past.begin(), job.past.end(), [&](const JobStep& step) {
    if (step.worker != id) return false;
    return (step.kind == JobStepKind::failed && worker.empty <= step.at) ||
           (step.kind == JobStepKind::ended && worker.empty <= job.submitted);
  });
}

}  // namespace

void State::settle() {
  for (std::size_t i = 0; i < touched.size(); ++i) {
    LiveEndpoint& endpoint = *touched[i];
    endpoint.touched = false;
    match(endpoint);
    scale(endpoint);
  }
  touched.clear();
}

void State::match(LiveEndpoint& endpoint) {
  // What a purge is still cancelling was first in line.
  if (!restored || !endpoint.doomed.empty()) return;
  for (auto next = endpoint.free.begin(); next != endpoint.free.end();) {
    LiveWorker& worker = *next->second;
    const LiveJob* first = endpoint.queue.head();
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

/// The first job in line that this worker may be given; null if there is none.
LiveJob* State::job_for(const LiveEndpoint& endpoint, const LiveWorker& worker) const {
  LiveJob* first = endpoint.queue.head();
  if (first == nullptr || !runs_it_perhaps(worker, first->job) || mutant(Mutant::retry_to_same_worker))
    return first;
  MARK("core.worker_may_run_it_from_before_a_retry");
  return nullptr;
}

/// Gives the worker's oldest poll what it asks for, but no more than an even share among those who wait.
void State::deliver(LiveEndpoint& endpoint, LiveWorker& worker) {
  Waiter& poll = *worker.takes.front();
  const auto room = static_cast<std::uint32_t>(worker.worker.concurrency - worker.held());
  const std::size_t asked = std::min({poll.max, limits.jobs_per_take_max, limits.slice_jobs, room});
  const std::size_t share = (endpoint.queue.size() + endpoint.free.size() - 1) / endpoint.free.size();
  answer::JobsTaken taken{worker.worker.id, {}};
  std::uint64_t bytes = 0;
  while (taken.jobs.size() < std::min(asked, share)) {
    LiveJob* job = job_for(endpoint, worker);
    if (job == nullptr || expired(*job)) break;
    bytes += std::uint64_t{job->job.input.bytes} + job->job.extras.bytes;
    if (!taken.jobs.empty() && bytes > take_bytes_max) {
      MARK("core.answer_full_of_bytes");
      break;
    }
    lease(*job, worker, poll.ticket);
    taken.jobs.push_back(
        {job->job.id, job->job.input, job->job.extras, job->job.retries, *job->job.leased - job->job.queued});
  }
  ASSERT(!taken.jobs.empty());
  answer(poll, std::move(taken));
}

}  // namespace pilotlight::core

// Queued jobs meet waiting polls here, and nowhere else.
#include <algorithm>

#include "base/mark.hpp"
#include "core/state.hpp"

namespace pilotlight::core {
namespace {

/// Of the inputs in one answer, unless it is a single job's: all of them are in memory until it is written.
constexpr std::uint64_t take_bytes_max = 64ULL << 20;

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
  while (!endpoint.free.empty()) {
    const LiveJob* first = endpoint.head();
    if (first == nullptr || expired(*first))
      return;  // its end is due in this batch, then we are called again
    deliver(endpoint, *endpoint.free.begin()->second);
  }
}

/// Gives the worker's oldest poll what it asks for, but no more than an even share among those who wait.
void State::deliver(LiveEndpoint& endpoint, LiveWorker& worker) {
  Waiter& poll = *worker.takes.front();
  const auto room = static_cast<std::uint32_t>(worker.worker.concurrency - worker.held());
  const std::size_t asked = std::min({poll.max, limits.jobs_per_take_max, limits.slice_jobs, room});
  const std::size_t share =
      (endpoint.normal.size() + endpoint.low.size() + endpoint.free.size() - 1) / endpoint.free.size();
  answer::JobsTaken taken{worker.worker.id, {}};
  std::uint64_t bytes = 0;
  while (taken.jobs.size() < std::min(asked, share)) {
    LiveJob* job = endpoint.head();
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

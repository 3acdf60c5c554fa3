// Work on more jobs than one call may touch: purges and the deletion of endpoints.
#include <algorithm>

#include "base/mark.hpp"
#include "core/dispatch.hpp"

namespace pilotlight::core {

void Dispatch::slice(LiveEndpoint& endpoint) {
  if (endpoint.sliced) return;
  endpoint.sliced = true;
  sliced_.push_back(&endpoint);
}

void Dispatch::go_on_slicing() {
  std::uint32_t budget = limits_.slice_jobs;
  std::vector<LiveEndpoint*> now;
  now.swap(sliced_);
  for (LiveEndpoint* endpoint : now) {
    endpoint->sliced = false;
    if (slice_endpoint(*endpoint, budget)) slice(*endpoint);
  }
}

/// Closes the generation: all that waits now is cancelled, what comes later or comes back is not.
void Dispatch::doom_queue(LiveEndpoint& endpoint, Ticket ticket) {
  const std::uint64_t waiting = endpoint.queue.size() + endpoint.delayed.size();
  if (waiting == 0) return call_.reply(ticket, answer::QueuePurged{0});
  endpoint.purges.push_back({endpoint.generation, ticket, waiting, 0});
  ++endpoint.generation;
  endpoint.queue.move_to(endpoint.doomed);
  endpoint.doomed.append(endpoint.delayed);
  slice(endpoint);
  touch(endpoint);
}

void Dispatch::left_purge(LiveJob& job) {
  auto& purges = job.endpoint->purges;
  const auto purge = std::find_if(purges.begin(), purges.end(), [&job](const Purge& candidate) {
    return candidate.generation == job.generation;
  });
  ASSERT(purge != purges.end() && purge->left > 0);
  if (--purge->left > 0) return;
  call_.reply(purge->ticket, answer::QueuePurged{purge->removed});
  purges.erase(purge);
}

/// True if there is more to do right now.
bool Dispatch::slice_endpoint(LiveEndpoint& endpoint, std::uint32_t& budget) {
  const End cancelled{JobEvent::cancelled, EndReason::cancelled, {}, nullptr};
  if (endpoint.deleting) doom_queue(endpoint, ticket_none);
  for (; !endpoint.doomed.empty(); --budget) {
    if (budget == 0) return true;
    LiveJob& job = *endpoint.doomed.first();
    for (Purge& purge : endpoint.purges)
      if (purge.generation == job.generation) ++purge.removed;
    end_job(job, cancelled);
  }
  if (!endpoint.deleting) return false;
  const std::vector<LiveWorker*> all = endpoint.workers;
  for (LiveWorker* worker : all)
    for (; !worker->leases.empty(); --budget) {
      if (budget == 0) return true;
      end_job(*worker->leases.front().job, cancelled);
    }
  for (LiveWorker* worker : all) {
    if (worker->runtime())
      drain_worker(*worker);
    else
      remove_worker(*worker, Jobs::uncharged);
  }
  if (!endpoint.workers.empty()) return false;
  MARK("core.endpoint_removed");
  endpoint.sliced = false;
  std::erase(sliced_, &endpoint);
  remove_endpoint(endpoint);
  return false;
}

}  // namespace pilotlight::core

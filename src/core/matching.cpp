// Queued jobs meet waiting polls here, and nowhere else.
#include <algorithm>

#include "core/state.hpp"

namespace pilotlight::core {

LiveEndpoint* State::find_endpoint(const EndpointId& id) {
  const auto found = endpoints.find(id);
  return found == endpoints.end() ? nullptr : &found->second;
}

LiveEndpoint& State::endpoint_of(const Job& job) {
  LiveEndpoint* endpoint = find_endpoint(job.endpoint);
  ASSERT(endpoint != nullptr);
  return *endpoint;
}

void State::touch(LiveEndpoint& endpoint) {
  if (endpoint.touched) return;
  endpoint.touched = true;
  touched_endpoints.push_back(endpoint.endpoint->id);
}

void State::settle() {
  for (std::size_t i = 0; i < touched_endpoints.size(); ++i) {
    LiveEndpoint* endpoint = find_endpoint(touched_endpoints[i]);
    if (endpoint == nullptr) continue;
    endpoint->touched = false;
    match(*endpoint);
    scale(*endpoint);
  }
  touched_endpoints.clear();
}

const Queue::Entry* State::head(LiveEndpoint& endpoint) {
  return endpoint.queue.head([this](const Queue::Entry& entry) {
    const LiveJob* job = find_row(entry.row);
    return job != nullptr && job->queue_number == entry.number;
  });
}

void State::match(LiveEndpoint& endpoint) {
  if (!restored || draining || endpoint.deleting || !endpoint.purges.empty()) return;
  while (!endpoint.free.empty() && head(endpoint) != nullptr) {
    LiveWorker* worker = find_worker(std::get<WorkerId>(*endpoint.free.begin()));
    ASSERT(worker != nullptr);
    deliver(endpoint, *worker);
  }
}

void State::deliver(LiveEndpoint& endpoint, LiveWorker& worker) {
  const Ticket ticket = worker.takes.front();
  const std::size_t asked = std::min({waiters.at(ticket).max, limits.jobs_per_take_max,
                                      static_cast<std::uint32_t>(worker.concurrency - held(worker))});
  const std::size_t workers_free = endpoint.free.size();
  const std::size_t fair = (endpoint.queue.size() + workers_free - 1) / workers_free;
  answer::JobsTaken taken{worker.worker.id, {}};
  for (std::size_t i = 0; i < std::min(asked, fair); ++i) {
    const Queue::Entry* entry = head(endpoint);
    if (entry == nullptr) break;
    LiveJob& job = *find_row(entry->row);
    lease(job, worker, ticket);
    taken.jobs.push_back(
        {job.job.id, job.job.input, job.job.extras, job.job.retries, *job.job.leased - job.job.queued});
  }
  ASSERT(!taken.jobs.empty());
  if (worker.worker.state == WorkerState::idle) worker.worker.state = WorkerState::busy;
  answer(ticket, std::move(taken));
}

}  // namespace pilotlight::core

// Answers that only show.
#include <algorithm>

#include "core/state.hpp"

namespace pilotlight::core {
namespace {

/// Able to take a job at once.
bool is_ready(const State& state, const LiveWorker& worker) {
  const bool awake = worker.state() == WorkerState::idle || worker.state() == WorkerState::busy;
  return worker.leases.empty() && awake && state.wants_jobs(worker);
}

void count_worker(const State& state, const LiveWorker& worker, answer::Health& health) {
  if (!worker.leases.empty()) {
    ++health.running;
    return;
  }
  switch (worker.state()) {
    case WorkerState::starting:
      if (!worker.runtime()) return;  // registered, but nobody has started it yet
      ++(worker.unhealthy.empty() ? health.initializing : health.unhealthy);
      return;
    case WorkerState::idle:
    case WorkerState::busy:
      ++health.idle;
      if (is_ready(state, worker)) ++health.ready;
      return;
    case WorkerState::draining:
    case WorkerState::stopping: return;
  }
}

std::optional<Timestamp> after_creation(const Worker& worker, std::uint32_t age) {
  if (age == LiveWorker::not_yet) return std::nullopt;
  return worker.created + milliseconds{age};
}

}  // namespace

answer::JobLive State::live_view(const LiveJob& live) const {
  const Job& job = live.job;
  answer::JobLive view;
  view.id = job.id;
  view.state = job.state;
  view.worker = job.worker;
  view.retries = job.retries;
  view.progress = job.progress;
  view.delay = delay_of(job);
  if (job.state == JobState::in_queue) view.waiting = why().job(live);
  return view;
}

std::shared_ptr<const answer::CatalogContent> State::catalog() const {
  auto content = std::make_shared<answer::CatalogContent>();
  content->templates = templates;
  for (const auto& live : endpoints) {
    if (live->deleting) continue;
    answer::EndpointEntry entry{live->endpoint, {}};
    for (const LiveWorker* worker : live->workers)
      entry.workers.push_back({worker->worker, static_cast<std::uint32_t>(worker->leases.size())});
    content->endpoints.push_back(std::move(entry));
  }
  return content;
}

void State::on(const command::ReadCatalog& c) {
  call.reply(c.ticket, answer::Catalog{catalog()});
}

answer::Health State::health(const LiveEndpoint& endpoint) const {
  answer::Health health;
  health.completed = endpoint.counters.completed;
  health.failed = endpoint.counters.failed + endpoint.counters.timed_out;
  health.retried = endpoint.counters.retried;
  health.in_queue = endpoint.queued();
  health.in_progress = endpoint.in_progress;
  for (const LiveWorker* worker : endpoint.workers) count_worker(*this, *worker, health);
  // A crash loop between two attempts shows as the worker that is not there.
  if (endpoint.not_before > call.now() && health.initializing + health.running + health.idle == 0)
    ++health.unhealthy;
  if (endpoint.queued() > 0 || endpoint.failures.in_a_row > 0) health.waiting = why().endpoint(endpoint);
  return health;
}

void State::on(const command::ReadHealth& c) {
  const LiveEndpoint* endpoint = visible_endpoint(c.endpoint);
  if (endpoint == nullptr) return call.refuse(c.ticket, Errc::not_found, "endpoint not found");
  call.reply(c.ticket, health(*endpoint));
}

void State::on(const command::ReadMetrics& c) {
  const LiveEndpoint* endpoint = visible_endpoint(c.endpoint);
  if (endpoint == nullptr) return call.refuse(c.ticket, Errc::not_found, "endpoint not found");
  answer::Metrics metrics;
  metrics.health = health(*endpoint);
  metrics.submitted = endpoint->counters.submitted;
  metrics.cancelled = endpoint->counters.cancelled;
  metrics.timed_out = endpoint->counters.timed_out;
  if (const LiveJob* head = endpoint->queue.head()) metrics.queue_delay = call.now() - head->job.queued;
  for (const LiveWorker* worker : endpoint->workers)
    if (is_ready(*this, *worker)) metrics.ready.push_back(worker->worker.id);
  metrics.recent = endpoint->recent.all();
  call.reply(c.ticket, std::move(metrics));
}

void State::on(const command::ReadWorkers& c) {
  const LiveEndpoint* endpoint = visible_endpoint(c.endpoint);
  if (endpoint == nullptr) return call.refuse(c.ticket, Errc::not_found, "endpoint not found");
  answer::Workers told{endpoint->endpoint->version, {}};
  for (const LiveWorker* live : endpoint->workers) {
    const Worker& worker = live->worker;
    answer::WorkerStatus status{
        worker, after_creation(worker, live->started_after), after_creation(worker, live->ready_after), {}};
    for (const Lease& lease : live->leases) status.jobs.push_back(lease.job->job.id);
    told.workers.push_back(std::move(status));
  }
  call.reply(c.ticket, std::move(told));
}

void State::on(const command::ReadJob& c) {
  LiveJob* live = find_job(c.id);
  if (live == nullptr || live->job.endpoint != c.endpoint) return call.reply(c.ticket, answer::JobNotLive{});
  if (c.wait && c.ticket != ticket_none) return waiters.wait_for(*live, c.ticket, *c.wait);
  call.reply(c.ticket, live_view(*live));
}

}  // namespace pilotlight::core

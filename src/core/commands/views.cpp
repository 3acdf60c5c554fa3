// Questions about endpoints.
#include "core/commands/handlers.hpp"
#include "core/dispatch.hpp"
#include "domain/jobs/commands.hpp"
#include "domain/workers/commands.hpp"

namespace pilotlight::core {
namespace {

/// Able to take a job at once.
bool is_ready(const Dispatch& dispatch, const LiveWorker& worker) {
  const bool awake = worker.state() == WorkerState::idle || worker.state() == WorkerState::busy;
  return worker.leases.empty() && awake && dispatch.wants_jobs(worker);
}

void count_worker(const Dispatch& dispatch, const LiveWorker& worker, answer::Health& health) {
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
      if (is_ready(dispatch, worker)) ++health.ready;
      return;
    case WorkerState::draining:
    case WorkerState::stopping: return;
  }
}

std::optional<Timestamp> after_creation(const Worker& worker, std::uint32_t age) {
  if (age == LiveWorker::not_yet) return std::nullopt;
  return worker.created + milliseconds{age};
}

answer::Health health_of(const LiveEndpoint& endpoint, const Dispatch& dispatch, Timestamp now) {
  answer::Health health;
  health.completed = endpoint.counters.completed;
  health.failed = endpoint.counters.failed + endpoint.counters.timed_out;
  health.retried = endpoint.counters.retried;
  health.in_queue = endpoint.queued();
  health.in_progress = endpoint.in_progress;
  for (const LiveWorker* worker : endpoint.workers) count_worker(dispatch, *worker, health);
  // A crash loop between two attempts shows as the worker that is not there.
  if (endpoint.not_before > now && health.initializing + health.running + health.idle == 0)
    ++health.unhealthy;
  if (endpoint.queued() > 0 || endpoint.failures.in_a_row > 0)
    health.waiting = dispatch.why().endpoint(endpoint);
  return health;
}

}  // namespace

void on(const command::ReadHealth& c, Call& call, const Definitions& definitions, const Dispatch& dispatch) {
  const LiveEndpoint* endpoint = definitions.visible_endpoint(c.endpoint);
  if (endpoint == nullptr) return call.refuse(c.ticket, Errc::not_found, "endpoint not found");
  call.reply(c.ticket, health_of(*endpoint, dispatch, call.now()));
}

void on(const command::ReadMetrics& c, Call& call, const Definitions& definitions, const Dispatch& dispatch) {
  const LiveEndpoint* endpoint = definitions.visible_endpoint(c.endpoint);
  if (endpoint == nullptr) return call.refuse(c.ticket, Errc::not_found, "endpoint not found");
  answer::Metrics metrics;
  metrics.health = health_of(*endpoint, dispatch, call.now());
  metrics.submitted = endpoint->counters.submitted;
  metrics.cancelled = endpoint->counters.cancelled;
  metrics.timed_out = endpoint->counters.timed_out;
  if (const LiveJob* head = endpoint->queue.head()) metrics.queue_delay = call.now() - head->job.queued;
  for (const LiveWorker* worker : endpoint->workers)
    if (is_ready(dispatch, *worker)) metrics.ready.push_back(worker->worker.id);
  metrics.recent = endpoint->recent.all();
  call.reply(c.ticket, std::move(metrics));
}

void on(const command::ReadWorkers& c, Call& call, const Definitions& definitions) {
  const LiveEndpoint* endpoint = definitions.visible_endpoint(c.endpoint);
  if (endpoint == nullptr) return call.refuse(c.ticket, Errc::not_found, "endpoint not found");
  answer::Workers told{endpoint->endpoint->version, {}};
  for (const LiveWorker* live : endpoint->workers) {
    const Worker& worker = live->worker;
    answer::WorkerStatus status{
        worker, after_creation(worker, live->started_after), after_creation(worker, live->ready_after), {}};
    for (const Lease& lease : live->leases) status.jobs.push_back(lease.job->job.id);
    status.unhealthy = !live->unhealthy.empty();
    told.workers.push_back(std::move(status));
  }
  call.reply(c.ticket, std::move(told));
}

}  // namespace pilotlight::core

#include <algorithm>
#include <string>

#include "core/state.hpp"

namespace pilotlight::core {

Waiting State::why(LiveEndpoint& endpoint, bool low_priority) {
  const Endpoint& e = *endpoint.endpoint;
  const Supply have = supply(endpoint);
  Waiting waiting;
  const auto because = [&waiting](WaitReason reason, std::string text) {
    waiting.reason = reason;
    waiting.text = std::move(text);
    return waiting;
  };
  if (draining)
    return because(WaitReason::shutting_down,
                   "The server is shutting down; the job is kept and runs after the next start.");
  if (endpoint.failures > 0 && have.ready == 0) {
    waiting.exit_code = endpoint.last_exit_code;
    waiting.detail = endpoint.last_detail;
    if (endpoint.not_before > now_ && have.starting == 0) waiting.until = endpoint.not_before;
    return because(
        WaitReason::crash_loop,
        "The last " + std::to_string(endpoint.failures) +
            " worker(s) of this endpoint ended before they could work; the detail has the last exit.");
  }
  if (e.workers_max == 0 && have.able == 0)
    return because(WaitReason::endpoint_at_zero,
                   "workersMax of this endpoint is 0; raise it to let workers start.");
  if (have.ready == 0 && have.starting > 0)
    return because(WaitReason::no_worker_yet,
                   "A worker is starting and has not asked for its first job yet.");
  if (low_priority && have.able == 0)
    return because(WaitReason::low_priority,
                   "Low-priority jobs start no worker; this one runs when another job has started one.");
  if (have.able == 0 && have.live >= static_cast<std::uint64_t>(e.workers_max))
    return because(
        WaitReason::workers_max_reached,
        "All workers that workersMax allows are being stopped; a new one starts when they are gone.");
  if (have.able == 0)
    return because(WaitReason::no_worker_yet, "No worker runs yet; one is about to be started.");
  if (have.live >= static_cast<std::uint64_t>(e.workers_max))
    return because(WaitReason::workers_max_reached, "All workers that workersMax allows are busy.");
  waiting.until = workers_wanted(e, demand(endpoint, have), now_).next_step;
  return because(WaitReason::workers_busy, "All running workers are busy.");
}

answer::JobLive State::live_view(LiveJob& live) {
  const Job& job = live.job;
  answer::JobLive view{job.id, job.state, std::nullopt, job.worker, job.retries, job.progress, {}};
  if (job.leased) view.delay = *job.leased - job.queued;
  if (job.state == JobState::in_queue) view.waiting = why(endpoint_of(job), job.policy.low_priority);
  return view;
}

std::shared_ptr<const answer::CatalogContent> State::catalog() {
  auto content = std::make_shared<answer::CatalogContent>();
  for (const auto& [id, value] : templates) content->templates.push_back(value);
  std::sort(content->templates.begin(), content->templates.end(),
            [](const auto& a, const auto& b) { return a->name < b->name; });
  for (const auto& [id, live] : endpoints) {
    if (live.deleting) continue;
    answer::EndpointEntry entry{live.endpoint, {}};
    for (const WorkerId& worker_id : live.workers) {
      const LiveWorker& worker = workers.at(worker_id);
      entry.workers.push_back({worker.worker, static_cast<std::uint32_t>(worker.leases.size())});
    }
    content->endpoints.push_back(std::move(entry));
  }
  std::stable_sort(content->endpoints.begin(), content->endpoints.end(),
                   [](const auto& a, const auto& b) { return a.endpoint->created < b.endpoint->created; });
  return content;
}

void State::on(const command::ReadCatalog& c) {
  reply(c.ticket, answer::Catalog{catalog()});
}

void State::on(const command::ReadHealth& c) {
  LiveEndpoint* endpoint = find_endpoint(c.endpoint);
  if (endpoint == nullptr || endpoint->deleting)
    return refuse(c.ticket, Errc::not_found, "endpoint not found");
  const record::CountersSaved& totals = endpoint->counters;
  answer::Health health;
  health.completed = totals.completed;
  health.failed = totals.failed + totals.timed_out;
  health.retried = totals.retried;
  health.in_queue = endpoint->queue.size();
  health.in_progress = endpoint->in_progress;
  for (const WorkerId& id : endpoint->workers) {
    const LiveWorker& worker = workers.at(id);
    if (!worker.unhealthy.empty() && !worker.ready)
      ++health.unhealthy;
    else if (worker.worker.state == WorkerState::starting)
      ++health.initializing;
    else if (!worker.leases.empty())
      ++health.running;
    else if (worker.worker.state != WorkerState::stopping) {
      ++health.idle;
      if (wants_jobs(worker)) ++health.ready;
    }
  }
  if (endpoint->failures > 0 && health.initializing + health.running + health.idle == 0) ++health.unhealthy;
  if (endpoint->queue.size() > 0 || endpoint->failures > 0) health.waiting = why(*endpoint, false);
  reply(c.ticket, std::move(health));
}

void State::on(const command::ReadJob& c) {
  LiveJob* live = find_job(c.id);
  if (live == nullptr || live->job.endpoint != c.endpoint) return reply(c.ticket, answer::JobNotLive{});
  reply(c.ticket, live_view(*live));
}

}  // namespace pilotlight::core

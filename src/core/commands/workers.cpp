#include <algorithm>

#include "base/mark.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

void State::on(const command::RegisterWorker& c) {
  LiveEndpoint* endpoint = find_endpoint(c.endpoint);
  if (endpoint == nullptr || endpoint->deleting)
    return refuse(c.ticket, Errc::not_found, "endpoint not found");
  if (workers.contains(c.worker)) return refuse(c.ticket, Errc::conflict, "this worker exists already");
  const Worker worker{
      c.worker, c.endpoint, WorkerOrigin::by_hand, WorkerState::starting, endpoint->endpoint->version,
      now_,     {}};
  LiveWorker& live = add_worker(worker);
  save(record::WorkerSaved{worker});
  arm(live);
  reply(c.ticket, answer::WorkerRegistered{c.worker, c.endpoint});
}

void State::on(const command::TakeJobs& c) {
  LiveWorker* found = find_worker(c.worker);
  if (found == nullptr) return refuse(c.ticket, Errc::unauthorized, "this worker is not known, or no longer");
  LiveWorker& worker = *found;
  heard(worker, c.sdk);
  weigh_poll(worker, c);
  Waiter waiter;
  waiter.worker = c.worker;
  waiter.max = std::max<std::uint32_t>(c.max, 1);
  switch (worker.worker.state) {
    case WorkerState::starting:
      worker.ready = true;
      worker.unhealthy.clear();
      worker.worker.state = WorkerState::idle;
      worker.idle_since = now_;
      save(record::WorkerSaved{worker.worker});
      arm(worker);
      touch(*find_endpoint(worker.worker.endpoint));
      break;
    case WorkerState::busy:
      if (worker.leases.empty()) worker.worker.state = WorkerState::idle;
      break;
    case WorkerState::idle:
    case WorkerState::draining:
    case WorkerState::stopping: break;
  }
  const bool going = draining || worker.worker.state == WorkerState::draining ||
                     worker.worker.state == WorkerState::stopping;
  park(c.ticket, waiter, going ? std::min(c.hold, limits.draining_poll_hold) : c.hold);
  worker.takes.push_back(c.ticket);
  const auto parallel = static_cast<std::uint32_t>(worker.takes.size());
  worker.concurrency =
      std::max({worker.concurrency, std::min(waiter.max, limits.jobs_per_take_max), parallel});
  update_free(worker);
}

void State::on(const command::Undelivered& c) {
  LiveWorker* worker = find_worker(c.worker);
  if (worker == nullptr) return;
  for (auto id = c.jobs.rbegin(); id != c.jobs.rend(); ++id) {
    LiveJob* live = find_job(*id);
    if (live == nullptr || live->job.state != JobState::in_progress || live->job.worker != c.worker) continue;
    const bool this_delivery =
        std::any_of(worker->leases.begin(), worker->leases.end(),
                    [&](const Lease& lease) { return lease.row == id->row() && lease.poll == c.poll; });
    if (!this_delivery) continue;
    MARK("core.undelivered");
    forget_holder(*live, c.worker);
    take_back(*live, false, EndReason::lost);
  }
}

void State::on(const command::Heartbeat& c) {
  LiveWorker* worker = find_worker(c.worker);
  if (worker == nullptr) return;
  heard(*worker, c.sdk);
  worker->last_ping = now_;
  if (c.unhealthy) {
    MARK("core.worker_unhealthy");
    worker->unhealthy = *c.unhealthy;
    LiveEndpoint& endpoint = *find_endpoint(worker->worker.endpoint);
    endpoint.last_detail = *c.unhealthy;
  }
  weigh_ping(*worker, c.jobs);
}

void State::on(const command::PollStops& c) {
  LiveWorker* worker = find_worker(c.worker);
  if (worker == nullptr)
    return refuse(c.ticket, Errc::unauthorized, "this worker is not known, or no longer");
  heard(*worker, c.sdk);
  Waiter waiter;
  waiter.kind = WaiterKind::stops;
  waiter.worker = c.worker;
  const bool going = draining || worker->worker.state == WorkerState::stopping;
  park(c.ticket, waiter, going ? std::min(c.hold, limits.draining_poll_hold) : c.hold);
  worker->stop_polls.push_back(c.ticket);
  serve_stop_polls(*worker);
}

void State::on(const command::WorkerStarted&) {}

void State::on(const command::WorkerExited& c) {
  LiveWorker* found = find_worker(c.worker);
  if (found == nullptr || found->worker.origin == WorkerOrigin::by_hand) {
    emit(effect::ForgetWorker{c.worker});
    return;
  }
  LiveWorker& worker = *found;
  LiveEndpoint& endpoint = *find_endpoint(worker.worker.endpoint);
  const bool asked = worker.asked_to_stop;
  const bool failed = !asked && (!worker.ready || c.exit_code != 0 || c.signal != 0);
  if (failed) {
    std::string detail = c.detail;
    if (worker.failed_start)
      detail = "it did not ask for a job within " + std::to_string(limits.init_timeout.count() / 1000) +
               " s of its start and was killed\n" + detail;
    if (!worker.unhealthy.empty()) detail = worker.unhealthy + "\n" + detail;
    const std::int32_t code = c.signal != 0 ? 128 + c.signal : c.exit_code;
    note_failure(endpoint, worker.ready, code, std::move(detail));
  }
  remove_worker(worker, !worker.asked_to_stop);
  if (endpoint.deleting) sliced_endpoints.push_back(endpoint.endpoint->id);
}

void State::on(const command::Drain&) {
  if (draining) return;
  draining = true;
  std::vector<Ticket> waiting;
  for (auto& [id, endpoint] : endpoints) {
    const std::vector<WorkerId> ids = endpoint.workers;
    for (const WorkerId& worker_id : ids) {
      LiveWorker& worker = workers.at(worker_id);
      answer_polls(worker);
      update_free(worker);
      if (worker.worker.state != WorkerState::stopping) stop_worker(worker, limits.worker_stop_grace);
    }
  }
  for (const auto& [row, tickets] : job_waiters)
    waiting.insert(waiting.end(), tickets.begin(), tickets.end());
  std::sort(waiting.begin(), waiting.end());
  for (const Ticket ticket : waiting) answer(ticket, live_view(*find_row(waiters.at(ticket).row)));
}

}  // namespace pilotlight::core

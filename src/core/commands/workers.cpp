// Workers as others report them: clients, and the runtime that starts them.
#include <algorithm>
#include <string>

#include "base/mark.hpp"
#include "core/dispatch.hpp"
#include "core/mutant.hpp"
#include "domain/workers/commands.hpp"

namespace pilotlight::core {

void Dispatch::on(const command::RegisterWorker& c) {
  const LiveEndpoint* endpoint = definitions_.visible_endpoint(c.endpoint);
  if (endpoint == nullptr) return call_.refuse(c.ticket, Errc::not_found, "endpoint not found");
  if (c.worker.empty() || find_worker(c.worker) != nullptr)
    return call_.refuse(c.ticket, Errc::conflict, "a worker with this id exists already");
  Worker worker;
  worker.id = c.worker;
  worker.endpoint = c.endpoint;
  worker.origin = WorkerOrigin::by_hand;
  worker.endpoint_version = endpoint->endpoint->version;
  worker.created = call_.now();
  call_.save(record::WorkerSaved{worker});
  arm(add_worker(worker));
  call_.reply(c.ticket, answer::WorkerRegistered{c.worker, c.endpoint});
}

void Dispatch::on(const command::RestartWorkers& c) {
  LiveEndpoint* endpoint = definitions_.visible_endpoint(c.endpoint);
  if (endpoint == nullptr) return call_.refuse(c.ticket, Errc::not_found, "endpoint not found");
  renew_workers(*endpoint);
  if (c.kill)
    for (LiveWorker* worker : endpoint->workers) stop_worker(*worker, milliseconds{0});
  call_.reply(c.ticket, answer::EndpointSaved{endpoint->endpoint});
}

void Dispatch::on(const command::WorkerStarted& c) {
  LiveWorker* live = find_worker(c.worker);
  if (live == nullptr || live->started_after != LiveWorker::not_yet) return;
  live->started_after = live->age(call_.now());
}

void Dispatch::on(const command::WorkerExited& c) {
  LiveWorker* live = find_worker(c.worker);
  if (live == nullptr || !live->runtime()) return call_.emit(effect::ForgetWorker{c.worker});
  const bool asked = live->state() == WorkerState::stopping;
  const bool broken = c.exit_code != 0 || c.signal != 0;
  std::string detail = live->unhealthy.empty() ? c.detail : live->unhealthy + "\n" + c.detail;
  if (live->failure) {
    live->endpoint->last_detail = *live->failure + "\n" + detail;
  } else if (!asked && (broken || !live->useful)) {
    note_failure(*live, c.signal != 0 ? 128 + c.signal : c.exit_code, std::move(detail));
  } else if (asked && live->ready) {
    forgive_failures(*live);
  }
  remove_worker(*live, asked ? Jobs::uncharged : Jobs::charged,
                asked && !mutant(Mutant::stop_told_as_crash) ? nullptr : &c);
}

void Dispatch::on(const command::WorkersListed& c) {
  if (adopted_) return;
  adopted_ = true;
  std::vector<WorkerId> running = c.running;
  std::sort(running.begin(), running.end());
  std::vector<LiveWorker*> known;
  for (const auto& endpoint : definitions_.endpoints()) {
    touch(*endpoint);
    for (LiveWorker* worker : endpoint->workers)
      if (worker->runtime()) known.push_back(worker);
  }
  for (LiveWorker* worker : known) {
    if (!std::binary_search(running.begin(), running.end(), worker->worker.id)) {
      MARK("core.worker_gone_over_restart");
      remove_worker(*worker, Jobs::uncharged);
    } else if (worker->state() == WorkerState::stopping) {
      call_.emit(effect::StopWorker{worker->worker.id, limits_.worker_stop_grace});
    } else if (worker->state() == WorkerState::draining && worker->leases.empty()) {
      stop_worker(*worker, limits_.worker_stop_grace);
    }
  }
  for (const WorkerId& id : c.running)
    if (find_worker(id) == nullptr) {
      MARK("core.unknown_worker_stopped");
      call_.emit(effect::StopWorker{id, milliseconds{0}});
    }
}

void Dispatch::on(const command::WorkerOutput& c) {
  LiveWorker* live = find_worker(c.worker);
  if (live == nullptr) return;
  std::vector<LiveJob*> over;
  for (const Lease& lease : live->leases)
    if (lease.over() && lease.over_since <= c.asked) over.push_back(lease.job);
  if (over.empty()) MARK("core.output_too_late");
  // The last delivered first, so that the first delivered is at the head again.
  for (auto job = over.rbegin(); job != over.rend(); ++job)
    no_result_because(live->lease_of(**job), c.output);
}

}  // namespace pilotlight::core

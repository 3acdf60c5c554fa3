// What is reported about workers by others.
#include <algorithm>
#include <string>

#include "base/mark.hpp"
#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

void State::on(const command::RegisterWorker& c) {
  const LiveEndpoint* endpoint = visible_endpoint(c.endpoint);
  if (endpoint == nullptr) return call.refuse(c.ticket, Errc::not_found, "endpoint not found");
  if (c.worker.empty() || find_worker(c.worker) != nullptr)
    return call.refuse(c.ticket, Errc::conflict, "a worker with this id exists already");
  Worker worker;
  worker.id = c.worker;
  worker.endpoint = c.endpoint;
  worker.origin = WorkerOrigin::by_hand;
  worker.endpoint_version = endpoint->endpoint->version;
  worker.created = call.now();
  call.save(record::WorkerSaved{worker});
  arm(add_worker(worker));
  call.reply(c.ticket, answer::WorkerRegistered{c.worker, c.endpoint});
}

void State::on(const command::RestartWorkers& c) {
  LiveEndpoint* endpoint = visible_endpoint(c.endpoint);
  if (endpoint == nullptr) return call.refuse(c.ticket, Errc::not_found, "endpoint not found");
  renew_workers(*endpoint);
  if (c.kill)
    for (LiveWorker* worker : endpoint->workers) stop_worker(*worker, milliseconds{0});
  call.reply(c.ticket, answer::EndpointSaved{endpoint->endpoint});
}

void State::on(const command::WorkerStarted& c) {
  LiveWorker* live = find_worker(c.worker);
  if (live == nullptr || live->started_after != LiveWorker::not_yet) return;
  live->started_after = live->age(call.now());
}

void State::on(const command::WorkerExited& c) {
  LiveWorker* live = find_worker(c.worker);
  if (live == nullptr || !live->runtime()) return call.emit(effect::ForgetWorker{c.worker});
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

void State::on(const command::Drain&) {
  if (draining) return;
  draining = true;
  webhooks.drain();
  answer_waits();
  for (const auto& endpoint : endpoints)
    for (LiveWorker* worker : endpoint->workers) {
      update_free(*worker);
      if (worker->state() != WorkerState::stopping) stop_worker(*worker, limits.worker_stop_grace);
    }
}

}  // namespace pilotlight::core

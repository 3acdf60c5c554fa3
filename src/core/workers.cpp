// Workers: what changes their state, and who is free.

#include "core/dispatch.hpp"
#include "core/mutant.hpp"

namespace pilotlight::core {
namespace {

bool awake(WorkerState state) {
  return state == WorkerState::idle || state == WorkerState::busy;
}

}  // namespace

LiveWorker* Dispatch::find_worker(const WorkerId& id) const {
  const auto found = workers_.find(id);
  return found == workers_.end() ? nullptr : found->second.get();
}

LiveWorker& Dispatch::add_worker(const Worker& worker) {
  LiveEndpoint& endpoint = definitions_.intern_endpoint(worker.endpoint);
  auto made = std::make_unique<LiveWorker>(worker, endpoint, ++last_worker_number_);
  LiveWorker& live = *made;
  workers_[worker.id] = std::move(made);
  live.ready = live.given = worker.state != WorkerState::starting;
  live.idle_since = live.last_word = live.last_poll = call_.now();
  live.idle_order = ++last_idle_order_;
  endpoint.workers.push_back(&live);
  ++endpoint.workers_in[static_cast<std::size_t>(worker.origin)][static_cast<std::size_t>(worker.state)];
  if (worker.state == WorkerState::idle) endpoint.list_idle(live);
  touch(endpoint);
  return live;
}

/// Idle and busy are told by the jobs it holds: going from one to the other is not worth a record.
void Dispatch::change(LiveWorker& live, WorkerEvent event) {
  const WorkerState before = live.state();
  const WorkerState now = after(before, event);
  if (now == before) return;
  auto& in = live.endpoint->workers_in[static_cast<std::size_t>(live.worker.origin)];
  --in[static_cast<std::size_t>(before)];
  ++in[static_cast<std::size_t>(now)];
  live.worker.state = now;
  if (now != WorkerState::busy || !mutant(Mutant::busy_worker_stopped)) live.endpoint->unlist_idle(live);
  if (now == WorkerState::idle) {
    live.idle_since = call_.now();
    live.idle_order = ++last_idle_order_;
    live.endpoint->list_idle(live);
  }
  if (!awake(before) || !awake(now)) call_.save(record::WorkerSaved{live.worker});
  touch(*live.endpoint);
}

void Dispatch::heard(LiveWorker& live, const SdkVersion& sdk) {
  live.last_word = call_.now();
  // One that was started by hand may come again with another version.
  if (!sdk.known() || live.worker.sdk == sdk) return;
  live.worker.sdk = sdk;
  call_.save(record::WorkerSaved{live.worker});
}

bool Dispatch::wants_jobs(const LiveWorker& live) const {
  return takes_jobs(live.state()) && !live.gone && !draining_ && !live.endpoint->deleting &&
         !live.takes.empty() && live.held() < live.worker.concurrency;
}

void Dispatch::update_free(LiveWorker& live) {
  const bool wants = wants_jobs(live);
  if (!wants && !live.free_key) return;
  auto& free = live.endpoint->free;
  const FreeKey key{live.held(), live.idle_order, live.number};
  if (live.free_key && (!wants || *live.free_key != key)) {
    free.erase(*live.free_key);
    live.free_key.reset();
  }
  if (!wants || live.free_key) return;
  live.free_key = key;
  free.emplace(key, &live);
  touch(*live.endpoint);
}

void Dispatch::worker_emptied(LiveWorker& live) {
  if (live.gone) return;
  switch (live.state()) {
    case WorkerState::busy:
      change(live, WorkerEvent::emptied);
      if (live.kill_when_free)
        stop_worker(live, milliseconds{0});
      else
        arm(live);
      break;
    case WorkerState::draining:
      stop_worker(live, live.kill_when_free ? milliseconds{0} : limits_.worker_stop_grace);
      break;
    case WorkerState::stopping:
      if (live.kill_when_free) stop_worker(live, milliseconds{0});
      break;
    case WorkerState::starting:
    case WorkerState::idle: UNREACHABLE();
  }
}

void Dispatch::drain_worker(LiveWorker& live) {
  if (live.state() == WorkerState::draining || live.state() == WorkerState::stopping) return;
  if (live.runtime() && live.leases.empty()) return stop_worker(live, limits_.worker_stop_grace);
  answer_takes(live);
  change(live, WorkerEvent::drain);
  update_free(live);
}

void Dispatch::stop_worker(LiveWorker& live, milliseconds grace) {
  if (!live.runtime()) return;
  // A job written into a poll that was parked before the signal would be lost.
  answer_takes(live);
  answer_stop_polls(live);
  change(live, WorkerEvent::stop);
  update_free(live);
  call_.emit(effect::StopWorker{live.worker.id, grace});
}

}  // namespace pilotlight::core

#include <algorithm>

#include "base/mark.hpp"
#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

LiveWorker* State::find_worker(const WorkerId& id) {
  const auto found = workers.find(id);
  return found == workers.end() ? nullptr : &found->second;
}

LiveWorker& State::add_worker(const Worker& worker) {
  LiveEndpoint* endpoint = find_endpoint(worker.endpoint);
  ASSERT(endpoint != nullptr);
  LiveWorker& live = workers[worker.id];
  live.worker = worker;
  live.number = ++last_number;
  live.ready = worker.state != WorkerState::starting;
  live.asked_to_stop = worker.state == WorkerState::stopping;
  live.idle_since = live.last_word = live.last_ping = now_;
  live.idle_order = ++next_idle_order;
  worker_numbers[live.number] = &live;
  endpoint->workers.push_back(worker.id);
  return live;
}

void State::heard(LiveWorker& worker, const SdkVersion& sdk) {
  worker.last_word = now_;
  if (sdk.known() && !worker.worker.sdk.known()) {
    worker.worker.sdk = sdk;
    save(record::WorkerSaved{worker.worker});
  }
}

std::size_t State::held(const LiveWorker& worker) const {
  return static_cast<std::size_t>(std::count_if(worker.leases.begin(), worker.leases.end(),
                                                [](const Lease& lease) { return !lease.denied; }));
}

bool State::wants_jobs(const LiveWorker& worker) const {
  switch (worker.worker.state) {
    case WorkerState::idle:
    case WorkerState::busy: return worker.ready && !worker.takes.empty() && held(worker) < worker.concurrency;
    case WorkerState::starting:
    case WorkerState::draining:
    case WorkerState::stopping: return false;
  }
  UNREACHABLE();
}

void State::update_free(LiveWorker& worker) {
  LiveEndpoint* endpoint = find_endpoint(worker.worker.endpoint);
  ASSERT(endpoint != nullptr);
  const auto key = std::tuple(held(worker), worker.idle_order, worker.worker.id);
  if (worker.free_key && (*worker.free_key != key || !wants_jobs(worker))) {
    endpoint->free.erase(*worker.free_key);
    worker.free_key.reset();
  }
  if (!worker.free_key && wants_jobs(worker)) {
    worker.free_key = key;
    endpoint->free.insert(key);
    touch(*endpoint);
  }
}

void State::release(LiveWorker& worker, RowNumber row) {
  const auto found = std::find_if(worker.leases.begin(), worker.leases.end(),
                                  [row](const Lease& lease) { return lease.row == row; });
  ASSERT(found != worker.leases.end());
  worker.leases.erase(found);
  worker.idle_since = now_;
  worker.idle_order = ++next_idle_order;
  update_free(worker);
  touch(*find_endpoint(worker.worker.endpoint));
  if (!worker.leases.empty()) return;
  if (worker.kill_when_free)
    stop_worker(worker, milliseconds{0});
  else if (worker.worker.state == WorkerState::draining)
    stop_worker(worker, limits.worker_stop_grace);
}

void State::start_worker(LiveEndpoint& endpoint) {
  const Endpoint& e = *endpoint.endpoint;
  const auto used = templates.find(e.template_id);
  ASSERT(used != templates.end());
  WorkerId id;
  do id = WorkerId::generate(14, random);
  while (workers.contains(id));
  const Worker worker{id, e.id, WorkerOrigin::runtime, WorkerState::starting, e.version, now_, {}};
  LiveWorker& live = add_worker(worker);
  save(record::WorkerSaved{worker});
  emit(effect::StartWorker{id, e.id, used->second->image, used->second->command, used->second->env, e.env,
                           e.gpu_count, e.version});
  arm(live);
}

void State::drain_worker(LiveWorker& worker) {
  if (worker.worker.state == WorkerState::draining || worker.worker.state == WorkerState::stopping) return;
  if (worker.leases.empty() && worker.worker.origin == WorkerOrigin::runtime) {
    stop_worker(worker, limits.worker_stop_grace);
    return;
  }
  worker.worker.state = WorkerState::draining;
  save(record::WorkerSaved{worker.worker});
  answer_polls(worker);
  update_free(worker);
  touch(*find_endpoint(worker.worker.endpoint));
}

void State::stop_worker(LiveWorker& worker, milliseconds grace) {
  if (worker.worker.origin == WorkerOrigin::by_hand) return;
  answer_polls(worker);
  worker.kill_when_free = false;
  if (worker.worker.state != WorkerState::stopping) {
    worker.worker.state = WorkerState::stopping;
    worker.asked_to_stop = true;
    save(record::WorkerSaved{worker.worker});
  }
  update_free(worker);
  touch(*find_endpoint(worker.worker.endpoint));
  emit(effect::StopWorker{worker.worker.id, grace});
  arm(worker);
}

void State::remove_worker(LiveWorker& worker, bool charge_jobs) {
  LiveEndpoint& endpoint = *find_endpoint(worker.worker.endpoint);
  const WorkerId id = worker.worker.id;
  worker.kill_when_free = false;
  worker.worker.state = WorkerState::stopping;
  update_free(worker);
  answer_polls(worker);
  const std::vector<Lease> leases = worker.leases;
  for (auto lease = leases.rbegin(); lease != leases.rend(); ++lease)
    take_back(*find_row(lease->row), charge_jobs, EndReason::lost);
  for (const RowNumber row : worker.former)
    if (LiveJob* job = find_row(row)) forget_holder(*job, id);
  save(record::WorkerRemoved{id});
  if (worker.worker.origin == WorkerOrigin::runtime) emit(effect::ForgetWorker{id});
  endpoint.workers.erase(std::find(endpoint.workers.begin(), endpoint.workers.end(), id));
  deadlines.remove(worker.deadline);
  worker_numbers.erase(worker.number);
  workers.erase(id);
  touch(endpoint);
}

void State::note_failure(LiveEndpoint& endpoint, bool was_ready, std::int32_t exit_code, std::string detail) {
  ++endpoint.failures;
  endpoint.last_exit_code = exit_code;
  endpoint.last_detail = std::move(detail);
  if (endpoint.failures == 1 && was_ready) return;
  MARK("core.back_off");
  milliseconds wait = limits.backoff_first;
  for (std::uint32_t i = 2; i < endpoint.failures && wait < limits.backoff_max; ++i) wait *= 2;
  wait = std::min(wait, limits.backoff_max);
  wait += milliseconds{random.between(0, wait.count() / 10)};
  endpoint.not_before = now_ + wait;
}

void State::arm(LiveWorker& worker) {
  Timestamp due = timestamp_never;
  if (worker.worker.origin == WorkerOrigin::by_hand)
    due = worker.ready ? worker.last_word + limits.missed_pings_max * limits.ping_interval
                       : worker.worker.created + limits.by_hand_unused;
  else if (worker.worker.state == WorkerState::starting)
    due = worker.worker.created + limits.init_timeout;
  if (worker.worker.state != WorkerState::stopping)
    for (const StopEntry& entry : worker.stops)
      if (entry.since + limits.stop_grace > now_) due = std::min(due, entry.since + limits.stop_grace);
  deadlines.set(worker.deadline, due, DeadlineKind::worker, worker.number);
}

void State::worker_due(LiveWorker& worker) {
  worker.deadline = deadline_none;
  if (worker.worker.origin == WorkerOrigin::by_hand) {
    if (!worker.takes.empty() || !worker.stop_polls.empty()) worker.last_word = now_;
    const Timestamp lost = worker.ready ? worker.last_word + limits.missed_pings_max * limits.ping_interval
                                        : worker.worker.created + limits.by_hand_unused;
    if (lost <= now_) {
      MARK("core.by_hand_worker_lost");
      remove_worker(worker, true);
      return;
    }
  } else if (worker.worker.state == WorkerState::starting &&
             worker.worker.created + limits.init_timeout <= now_) {
    MARK("core.init_timeout");
    note_failure(*find_endpoint(worker.worker.endpoint), false, 0,
                 "it did not ask for a job within " + std::to_string(limits.init_timeout.count() / 1000) +
                     " s of its start and was killed\n" + worker.unhealthy);
    stop_worker(worker, milliseconds{0});
  }
  kill_if_still_listed(worker);
  arm(worker);
}

}  // namespace pilotlight::core

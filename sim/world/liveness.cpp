// The course of a seed: first everything goes wrong, then everything is mended and must come to its end.
#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

constexpr std::uint64_t steps_max = 400'000;
constexpr milliseconds first_phase_max{48 * 3'600'000};
constexpr milliseconds boot_max{2 * 3'600'000};
constexpr milliseconds second{1'000};

}  // namespace

void World::run() {
  engine.begin();
  manager.begin();
  clients.begin();
  keyed.begin();
  batches.begin();
  api_keys.begin();
  credentials.begin();
  remover.begin();
  volumes.begin();
  const Timestamp end = schedule.now() + first_phase_max;
  while (engine.commands() < plan.commands_max && schedule.steps() < steps_max && schedule.now() < end)
    schedule.step();
  note("MENDED");
  faults = {};
  engine.heal();
  store.heal();
  clients.stop();
  keyed.stop();
  batches.stop();
  api_keys.stop();
  credentials.stop();
  remover.stop();
  volumes.stop();
  live_on(boot_max, &World::is_open);
  manager.heal();
  workers.heal();
  demand_liveness();
  demand_webhooks();
  demand_settled();
  if (plan.drains) demand_shutdown();
  demand_nothing_left();
}

/// Goes on until it is so, but no longer than that.
void World::live_on(milliseconds at_most, bool (World::*done)() const) {
  const Timestamp end = schedule.now() + at_most;
  while (!(this->*done)() && schedule.now() < end && !schedule.empty()) schedule.step();
}

bool World::is_open() const {
  return engine.open();
}

bool World::all_submitted() const {
  return engine.open() && !net.submitting();
}

/// Open calls are counted last: clients of a long outage make a hundred thousand.
bool World::jobs_ended() const {
  return audit.image().jobs.empty() && all_submitted();
}

/// L1: whoever can be served is served, long before any ttl. What may stay are low-priority jobs, for which
/// nobody starts a worker, and jobs without an execution timeout that an old worker has dropped in silence,
/// with those that wait behind them for one of the workers that workersMax allows.
void World::demand_liveness() {
  const Limits& limits = plan.limits;
  const milliseconds start = std::max(limits.init_timeout, init_timeout_most);
  live_on(60 * second, &World::all_submitted);
  const milliseconds enough = 2 * (limits.execution_timeout + start + limits.backoff_max) +
                              audit.image().jobs.size() * 4 * second + 300 * second;
  live_on(enough, &World::jobs_ended);
  require(engine.open(), "L4", "the server is not up after everything was mended");
  std::set<EndpointId> blocked;
  for (const auto& [id, job] : audit.image().jobs)
    if (job.state == JobState::in_progress && audit.jobs().unlimited(job)) blocked.insert(job.endpoint);
  for (const auto& [id, job] : audit.image().jobs)
    require(job.policy.low_priority || blocked.contains(job.endpoint), "L1",
            "job {} is still {} at {} with {}", id, job.state, job.endpoint, job.worker);
  clients.cancel_all();
  clients.read_all();
  live_on(60 * second, &World::jobs_ended);
  require(audit.image().jobs.empty(), "L1", "{} jobs cannot be cancelled", audit.image().jobs.size());
}

bool World::webhooks_closed() const {
  return engine.open() && audit.image().webhooks.empty() && store.disk().image.webhooks.empty();
}

/// L5: every end of a job is told, or given up.
void World::demand_webhooks() {
  const Limits& limits = plan.limits;
  const milliseconds enough = limits.webhook_retry_max + limits.webhook_silence_max +
                              audit.image().webhooks.size() * 30 * second + 60 * second;
  live_on(enough, &World::webhooks_closed);
  require(audit.image().webhooks.empty(), "L5", "{} webhooks stay open", audit.image().webhooks.size());
  audit.webhooks().demand_told();
}

bool World::settled() const {
  const Image& image = audit.image();
  std::map<EndpointId, std::int64_t> counts;
  for (const auto& [id, worker] : image.workers) {
    if (worker.origin == WorkerOrigin::by_hand) continue;
    if (worker.state != WorkerState::idle && worker.state != WorkerState::busy) return false;
    ++counts[worker.endpoint];
  }
  for (const auto& [id, entry] : image.endpoints) {
    if (entry.deleting) return false;
    std::int64_t by_hand = 0;
    for (const auto& [worker, value] : image.workers)
      by_hand += value.endpoint == id && value.origin == WorkerOrigin::by_hand;
    if (counts[id] > entry.value.workers_min || counts[id] + by_hand < entry.value.workers_min) return false;
  }
  return engine.open();
}

/// L2: every endpoint comes to rest at workersMin.
void World::demand_settled() {
  const Limits& limits = plan.limits;
  const milliseconds enough = std::max(limits.init_timeout, init_timeout_most) + limits.backoff_max +
                              2 * limits.worker_stop_grace + 120 * second + limits.by_hand_unused;
  live_on(enough, &World::settled);
  if (settled()) return;
  std::string text;
  for (const auto& [id, entry] : audit.image().endpoints)
    text += fmt::format(" {} min={} max={}{};", id, entry.value.workers_min, entry.value.workers_max,
                        entry.deleting ? " deleting" : "");
  for (const auto& [id, worker] : audit.image().workers)
    text += fmt::format(" {} at {} state={}{}", id, worker.endpoint, static_cast<int>(worker.state),
                        worker.origin == WorkerOrigin::by_hand ? " by hand" : "");
  throw Violation{"L2", "not at rest:" + text};
}

bool World::shut_down() const {
  return drained;
}

/// L4: a shutdown ends, and every question is answered.
void World::demand_shutdown() {
  MARK("sim: shutdown");
  live_on(2 * second, &World::never);  // what clients ask at the end is on its way
  live_on(boot_max, &World::is_open);  // a crash may have been under way when everything was mended
  engine.submit(Lane::control, command::Drain{});
  live_on(plan.limits.worker_stop_grace + engine.waiting() * milliseconds{2} + 10 * second,
          &World::shut_down);
  require(drained, "L4", "the shutdown does not end");
}

void World::demand_nothing_left() {
  live_on(200 * second, &World::never);
  require(audit.tickets().pending() == 0, "L4", "{} questions are never answered", audit.tickets().pending());
  audit.volumes().demand_settled(audit.image());
  require(runtime.exits_kept() == 0, "S12", "{} exits are kept for ever", runtime.exits_kept());
  for (const WorkerId& id : runtime.running())
    require(audit.image().worker(id) != nullptr, "S12", "worker {} runs but is not known", id);
  for (const JobEntry* entry : ledger.jobs())
    require(!entry->told.acknowledged || entry->ended_batch != 0, "L1",
            "job {} was acknowledged and never ended", entry->asked.id);
}

}  // namespace pilotlight::sim

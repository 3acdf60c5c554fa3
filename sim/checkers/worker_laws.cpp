#include "sim/checkers/worker_laws.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

struct WorkerLaws::Heard {
  WorkerLaws& laws;
  const Image& image;
  const Batch& batch;
  void word(const WorkerId& id) { laws.world_.ledger.worker(id).last_word = batch.now; }
  void operator()(const command::TakeJobs& c) {
    word(c.worker);
    laws.world_.ledger.worker(c.worker).took = true;
    if (const Worker* worker = image.worker(c.worker)) laws.streaks_.erase(worker->endpoint);
  }
  void operator()(const command::FinishJob& c) { word(c.worker); }
  void operator()(const command::ReportProgress& c) { word(c.worker); }
  void operator()(const command::Heartbeat& c) { word(c.worker); }
  void operator()(const command::PollStops& c) { word(c.worker); }
  void operator()(const command::RegisterWorker& c) { word(c.worker); }
  void operator()(const command::WorkerExited& c) { laws.exited(c, image, batch); }
  void operator()(const command::WorkersListed& c) { laws.listed(c, image, batch); }
  void operator()(const auto&) {}
};

void WorkerLaws::asked(const Command& command, const Image& image, const Batch& batch) {
  std::visit(Heard{*this, image, batch}, command);
}

void WorkerLaws::exited(const command::WorkerExited& exit, const Image& image, const Batch& batch) {
  WorkerEntry& entry = world_.ledger.worker(exit.worker);
  const Worker* worker = image.worker(exit.worker);
  if (entry.dead_batch == 0) {
    entry.dead_batch = batch.number;
    if (worker != nullptr && !entry.took && !entry.stopped) failed(worker->endpoint, batch.now);
  }
}

void WorkerLaws::failed(const EndpointId& endpoint, Timestamp now) {
  Streak& streak = streaks_[endpoint];
  ++streak.failures;
  streak.last = now;
}

void WorkerLaws::listed(const command::WorkersListed& list, const Image& image, const Batch& batch) {
  const std::set<WorkerId> running(list.running.begin(), list.running.end());
  for (const auto& [id, worker] : image.workers) {
    if (worker.origin == WorkerOrigin::by_hand || running.contains(id)) continue;
    world_.ledger.worker(id).dead_batch = batch.number;
  }
}

void WorkerLaws::saved(const Step& step, const Image& image, const Worker& after) {
  if (image.worker(after.id) != nullptr) return;
  WorkerEntry& entry = world_.ledger.worker(after.id);
  require(entry.endpoint.empty(), "S3", "worker id {} is used again", after.id);
  entry.endpoint = after.endpoint;
  entry.by_hand = after.origin == WorkerOrigin::by_hand;
  entry.last_word = step.now();
  if (entry.by_hand)
    require(step.is<command::RegisterWorker>() != nullptr, "S5", "worker {} appears by nobody's hand",
            after.id);
  else
    fresh_.insert(after.id);
}

/// New settings may be what a crash loop was waiting for.
void WorkerLaws::endpoint_saved(const Image& image, const Endpoint& after) {
  const auto* before = image.endpoint(after.id);
  if (before != nullptr && before->value.version != after.version) streaks_.erase(after.id);
}

void WorkerLaws::step_ends(const Step& step, const Image& image) {
  for (const Effect& effect : step.effects) {
    if (const auto* start = std::get_if<effect::StartWorker>(&effect)) started(step, image, *start);
    if (const auto* stop = std::get_if<effect::StopWorker>(&effect)) stopped(step, image, *stop);
    if (const auto* forget = std::get_if<effect::ForgetWorker>(&effect))
      require(world_.ledger.worker(forget->worker).dead_batch != 0 || image.worker(forget->worker) == nullptr,
              "S12", "worker {} is forgotten before its end", forget->worker);
  }
  require(fresh_.empty(), "S5", "a worker is saved but not started");
  strays_stopped(step, image);
  only_new_ones_work(step, image);
  old_ones_killed(step, image);
}

void WorkerLaws::only_new_ones_work(const Step& step, const Image& image) const {
  for (const Effect& effect : step.effects) {
    const auto* reply = std::get_if<effect::Reply>(&effect);
    const auto* taken = reply == nullptr ? nullptr : std::get_if<answer::JobsTaken>(&reply->answer);
    const Worker* worker = taken == nullptr ? nullptr : image.worker(taken->worker);
    if (worker == nullptr || worker->origin != WorkerOrigin::runtime) continue;
    const auto* endpoint = image.endpoint(worker->endpoint);
    require(endpoint == nullptr || worker->endpoint_version == endpoint->value.version, "S26",
            "worker {} of version {} gets a job", worker->id, worker->endpoint_version);
  }
}

void WorkerLaws::old_ones_killed(const Step& step, const Image& image) const {
  const auto* restart = step.is<command::RestartWorkers>();
  const auto* endpoint = restart == nullptr ? nullptr : image.endpoint(restart->endpoint);
  if (endpoint == nullptr || endpoint->deleting) return;
  for (const auto& [id, worker] : image.workers) {
    if (worker.endpoint != restart->endpoint || worker.origin != WorkerOrigin::runtime) continue;
    if (worker.endpoint_version == endpoint->value.version) continue;
    const bool works = image.holds(id) > 0;
    if (works) MARK("sim: restart under load");
    require(restart->kill ? world_.ledger.worker(id).killed : works || world_.ledger.worker(id).stopped,
            "S26", "worker {} of version {} goes on after a restart", id, worker.endpoint_version);
  }
}

/// What runs without being remembered is killed as soon as it is seen.
void WorkerLaws::strays_stopped(const Step& step, const Image& image) {
  const auto* list = step.is<command::WorkersListed>();
  if (list == nullptr) return;
  for (const WorkerId& id : list->running) {
    const bool killed = std::any_of(step.effects.begin(), step.effects.end(), [&](const Effect& effect) {
      const auto* stop = std::get_if<effect::StopWorker>(&effect);
      return stop != nullptr && stop->worker == id && stop->grace.count() == 0;
    });
    require(image.worker(id) != nullptr || killed, "S12", "worker {} runs, is not known and goes on", id);
  }
}

void WorkerLaws::started(const Step& step, const Image& image, const effect::StartWorker& start) {
  require(fresh_.erase(start.worker) == 1, "S5", "worker {} is started but not new", start.worker);
  const auto* endpoint = image.endpoint(start.endpoint);
  require(endpoint != nullptr && !endpoint->deleting, "S5", "worker {} for a missing endpoint", start.worker);
  require(!world_.draining, "S5", "worker {} is started during shutdown", start.worker);
  const auto count = std::count_if(image.workers.begin(), image.workers.end(), [&](const auto& item) {
    return item.second.endpoint == start.endpoint && item.second.origin == WorkerOrigin::runtime;
  });
  require(count <= endpoint->value.workers_max, "S5", "endpoint {} has {} workers of {}", start.endpoint,
          count, endpoint->value.workers_max);
  if (able(image, start.endpoint) <= endpoint->value.workers_min) return not_too_hot(step, start);
  const bool wanted = std::any_of(image.jobs.begin(), image.jobs.end(), [&](const auto& item) {
    return item.second.endpoint == start.endpoint && !item.second.policy.low_priority;
  });
  require(wanted, "S8", "worker {} is started for nothing or for low-priority jobs alone", start.worker);
  not_too_hot(step, start);
}

/// Workers that take jobs now or after their start.
std::int64_t WorkerLaws::able(const Image& image, const EndpointId& endpoint) {
  return std::count_if(image.workers.begin(), image.workers.end(), [&](const auto& item) {
    const Worker& worker = item.second;
    const bool awaited = worker.state == WorkerState::starting && worker.origin == WorkerOrigin::runtime;
    return worker.endpoint == endpoint &&
           (awaited || worker.state == WorkerState::idle || worker.state == WorkerState::busy);
  });
}

void WorkerLaws::not_too_hot(const Step& step, const effect::StartWorker& start) {
  const auto at = streaks_.find(start.endpoint);
  if (at == streaks_.end() || at->second.failures < 2) return;
  MARK("sim: start after a crash loop");
  const Limits& limits = world_.plan.limits;
  milliseconds pause = limits.backoff_first;
  for (std::uint32_t i = 2; i < at->second.failures && pause < limits.backoff_max; ++i) pause *= 2;
  pause = std::min(pause, limits.backoff_max);
  require(step.now() >= at->second.last + pause, "L3", "endpoint {} starts a worker {} ms after failure {}",
          start.endpoint, (step.now() - at->second.last).count(), at->second.failures);
}

void WorkerLaws::stopped(const Step& step, const Image& image, const effect::StopWorker& stop) {
  WorkerEntry& entry = world_.ledger.worker(stop.worker);
  const Worker* worker = image.worker(stop.worker);
  const auto* restart = step.is<command::RestartWorkers>();
  const bool wanted = restart != nullptr && restart->kill;
  const bool too_slow =
      !wanted && !entry.stopped && !entry.took && stop.grace.count() == 0 && worker != nullptr;
  if (too_slow) {
    had_its_time(step, image, *worker);
    failed(worker->endpoint, step.now());
  }
  // The order to kill it was lost with a server, or may have been.
  const bool again = entry.killed;
  entry.stopped = true;
  entry.killed = entry.killed || stop.grace.count() == 0;
  // One that runs a job at a time is killed for it, and what waits behind it goes back.
  const bool behind = entry.killed && world_.workers.queues(stop.worker);
  if (behind && image.holds(stop.worker) > 0)
    MARK("sim: killed with jobs behind the one that it should stop");
  require(world_.draining || behind || wanted || again || image.holds(stop.worker) == 0, "S5",
          "worker {} is stopped while it works", stop.worker);
}

void WorkerLaws::had_its_time(const Step& step, const Image& image, const Worker& worker) const {
  const Endpoint& endpoint = image.endpoint(worker.endpoint)->value;
  std::optional<milliseconds> told = endpoint.init_timeout;
  const auto used = image.templates.find(endpoint.template_id);
  if (!told && used != image.templates.end()) told = used->second.init_timeout;
  const AskingLaws& asking = world_.audit.asking();
  if (asking.for_long(worker.id, asking.patience(), image, step.now())) return;
  if (told) MARK("sim: worker is too slow for its own init timeout");
  require(step.now() >= worker.created + told.value_or(world_.plan.limits.init_timeout), "S20",
          "worker {} is killed {} ms after its start", worker.id, (step.now() - worker.created).count());
}

void WorkerLaws::crashed() {
  fresh_.clear();
  streaks_.clear();
}

}  // namespace pilotlight::sim

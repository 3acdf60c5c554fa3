#include "sim/checkers/asking_laws.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

bool awake(const Worker& worker) {
  return worker.state == WorkerState::idle || worker.state == WorkerState::busy;
}

}  // namespace

milliseconds AskingLaws::patience() const {
  return world_.plan.limits.missed_pings_max * world_.plan.limits.ping_interval;
}

/// Polls that are open now were open until now.
void AskingLaws::batch_begins(Timestamp now, const Image& image) {
  silent_.clear();
  for (const auto& [id, worker] : image.workers) {
    if (!awake(worker)) continue;
    const auto [at, fresh] = since_.try_emplace(id, now);
    if (!fresh && world_.audit.tickets().asks(id)) at->second = now;
  }
}

void AskingLaws::asked(const Command& command, const Image& image, Timestamp now) {
  if (const auto* poll = std::get_if<command::TakeJobs>(&command)) since_[poll->worker] = now;
  if (std::holds_alternative<command::AnswersDelayed>(command))
    for (auto& [id, since] : since_) since = now;
  const auto* ping = std::get_if<command::Heartbeat>(&command);
  if (ping == nullptr || ping->unhealthy) return;
  const Worker* worker = image.worker(ping->worker);
  if (worker != nullptr && worker->state == WorkerState::starting) since_.try_emplace(ping->worker, now);
}

void AskingLaws::saved(const Image& image, const Worker& after) {
  const Worker* before = image.worker(after.id);
  const bool again = after.state == WorkerState::starting && before != nullptr && awake(*before);
  if (again && since_.erase(after.id) > 0) silent_.insert(after.id);
}

void AskingLaws::job_changes(const Image& image, const JobId& id, Timestamp now) {
  const Job* job = image.job(id);
  if (job != nullptr && job->state == JobState::in_progress) since_[job->worker] = now;
}

bool AskingLaws::for_long(const WorkerId& worker, milliseconds time, const Image& image,
                          Timestamp now) const {
  const auto at = since_.find(worker);
  return at != since_.end() && at->second + time <= now && !world_.audit.tickets().asks(worker) &&
         image.holds(worker) == 0;
}

bool AskingLaws::told_rightly(const Worker& worker, const Waiting& waiting, const Image& image,
                              Timestamp now) const {
  if (!silent_.contains(worker.id) && !for_long(worker.id, world_.plan.limits.ping_interval, image, now))
    return false;
  if (worker.origin == WorkerOrigin::by_hand) return !waiting.until;
  return waiting.until == since_.at(worker.id) + patience();
}

void AskingLaws::told(const Image& image, const EndpointId& endpoint, const Waiting& waiting,
                      Timestamp now) const {
  if (waiting.reason != WaitReason::worker_not_asking) return;
  MARK("sim: a job waits, and a worker asks for none");
  const bool one = std::any_of(image.workers.begin(), image.workers.end(), [&](const auto& item) {
    const auto& [id, worker] = item;
    return worker.endpoint == endpoint && waiting.text.find(id.view()) != std::string::npos &&
           told_rightly(worker, waiting, image, now);
  });
  require(one, "S22", "a job of {} is told otherwise than it is: {}", endpoint, waiting.text);
}

void AskingLaws::settled(Timestamp now, const Image& image) {
  if (world_.draining) return;
  for (const auto& [id, worker] : image.workers) {
    const bool able = awake(worker) || worker.state == WorkerState::starting;
    if (!able || worker.origin == WorkerOrigin::by_hand) continue;
    require(!for_long(id, patience(), image, now), "S22",
            "worker {} holds no job and asks for none, and goes on", id);
  }
}

}  // namespace pilotlight::sim

#include "sim/checkers/order_laws.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

namespace {

/// Behind so many jobs that are kept from a worker, nothing is looked for.
constexpr std::size_t kept_back_max = 16;

}  // namespace

/// The worker had the job, and has not proved since that it has let go of it: it is not given it.
bool OrderLaws::kept_from(const JobId& id, const WorkerId& worker) const {
  const Job* job = world_.audit.image().job(id);
  return job != nullptr && std::any_of(job->past.begin(), job->past.end(), [&](const JobStep& step) {
           return step.worker == worker && !world_.audit.words().let_go(worker, id, step.at);
         });
}

OrderLaws::Place OrderLaws::place_of(const JobEntry& entry) const {
  const auto entered = entered_.find(entry.asked.id);
  // A crash may bring back a job that had entered and ended; a retry gives it a new place.
  return {-entry.asked.turn.priority,
          entered != entered_.end() ? std::max(entered->second, entry.place) : entry.place};
}

void OrderLaws::left(const EndpointId& endpoint, const JobId& job) {
  Line& line = lines_[endpoint];
  line.fresh.erase(place_of(*world_.ledger.job(job)));
  line.returned.erase(job);
}

void OrderLaws::queued(const Job& job) {
  const JobEntry& entry = *world_.ledger.job(job.id);
  Line& line = lines_[job.endpoint];
  if (job.not_before != Timestamp{})
    aside_.insert(job.id);
  else if (entry.returned_batch == 0)
    line.fresh[place_of(entry)] = job.id;
  else
    line.returned[job.id] = {-job.priority, job.holders};
}

void OrderLaws::saved(const Job& after) {
  left(after.endpoint, after.id);
  const bool was_aside = aside_.erase(after.id) > 0;
  if (after.state == JobState::in_queue) {
    if (was_aside && after.not_before == Timestamp{}) {
      MARK("sim: job enters the queue later");
      entered_[after.id] = world_.ledger.take_place();
    }
    return queued(after);
  }
  const JobEntry& entry = *world_.ledger.job(after.id);
  if (!entry.given.empty() && entry.given.back().batch == world_.audit.batch())
    leased(after, entry, was_aside);
}

void OrderLaws::leased(const Job& job, const JobEntry& entry, bool was_aside) const {
  const auto at = lines_.find(job.endpoint);
  if (at == lines_.end()) return;
  const Line& line = at->second;
  const int level = -job.priority;
  std::size_t kept_back = 0;
  for (const auto& [first, other] : line.fresh) {
    if (kept_from(other, job.worker) && ++kept_back < kept_back_max) continue;
    require(first.level >= level, "S8", "job {} overtakes job {} of a higher priority", job.id, other);
    // What comes straight from aside, or back, has no place that can be seen.
    require(entry.returned_batch != 0 || was_aside || first > place_of(entry), "S8",
            "job {} overtakes job {}", job.id, other);
    break;
  }
  if (entry.returned_batch != 0) return;
  for (const auto& [id, returned] : line.returned) {
    const auto& holders = returned.holders;
    const bool not_for_it =
        std::find(holders.begin(), holders.end(), job.worker) != holders.end() || kept_from(id, job.worker);
    require(not_for_it || returned.level > level, "S8", "job {} overtakes the returned job {}", job.id, id);
  }
}

void OrderLaws::finished(const FinalJob& job) {
  left(job.endpoint, job.id);
  aside_.erase(job.id);
}

std::vector<WorkerId> OrderLaws::with_room(const EndpointId& endpoint) const {
  const Image& image = world_.audit.image();
  std::vector<WorkerId> found;
  for (const auto& [id, worker] : image.workers)
    if (worker.endpoint == endpoint && world_.audit.tickets().asks(id) &&
        image.holds(id) < worker.concurrency &&
        (worker.state == WorkerState::idle || worker.state == WorkerState::busy))
      found.push_back(id);
  return found;
}

void OrderLaws::settled() const {
  if (world_.draining) return;
  for (const auto& [endpoint, line] : lines_) {
    const auto* entry = world_.audit.image().endpoint(endpoint);
    if (entry == nullptr || entry->deleting || (line.fresh.empty() && line.returned.empty())) continue;
    const std::size_t waiting = line.fresh.size() + line.returned.size();
    for (const WorkerId& id : with_room(endpoint)) {
      const auto fresh = std::count_if(line.fresh.begin(), line.fresh.end(),
                                       [&](const auto& item) { return kept_from(item.second, id); });
      const auto returned = std::count_if(line.returned.begin(), line.returned.end(),
                                          [&](const auto& item) { return kept_from(item.first, id); });
      require(static_cast<std::size_t>(fresh + returned) >= std::min(waiting, kept_back_max), "S18",
              "worker {} asks and has room, and {} jobs of {} wait", id, waiting, endpoint);
    }
  }
}

void OrderLaws::crashed() {
  lines_.clear();
  aside_.clear();
  for (const auto& [id, job] : world_.audit.image().jobs)
    if (job.state == JobState::in_queue) queued(job);
}

}  // namespace pilotlight::sim

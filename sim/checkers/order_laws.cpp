#include "sim/checkers/order_laws.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

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
  if (!line.fresh.empty()) {
    const auto& [first, other] = *line.fresh.begin();
    require(first.level >= level, "S8", "job {} overtakes job {} of a higher priority", job.id, other);
    // What comes straight from aside, or back, has no place that can be seen.
    require(entry.returned_batch != 0 || was_aside || first > place_of(entry), "S8",
            "job {} overtakes job {}", job.id, other);
  }
  if (entry.returned_batch != 0) return;
  for (const auto& [id, returned] : line.returned) {
    const auto& holders = returned.holders;
    const bool not_for_it = std::find(holders.begin(), holders.end(), job.worker) != holders.end();
    require(not_for_it || returned.level > level, "S8", "job {} overtakes the returned job {}", job.id, id);
  }
}

void OrderLaws::finished(const FinalJob& job) {
  left(job.endpoint, job.id);
  aside_.erase(job.id);
}

void OrderLaws::settled(const Image& image, const TicketLaws& tickets) const {
  if (world_.draining) return;
  for (const auto& [endpoint, line] : lines_) {
    const auto* entry = image.endpoint(endpoint);
    if (entry == nullptr || entry->deleting || (line.fresh.empty() && line.returned.empty())) continue;
    std::vector<WorkerId> idle;
    for (const auto& [id, worker] : image.workers)
      if (worker.endpoint == endpoint && tickets.asks(id) && image.holds(id) == 0 &&
          (worker.state == WorkerState::idle || worker.state == WorkerState::busy))
        idle.push_back(id);
    if (idle.empty()) continue;
    // One that had the job and has not said since that it runs nothing is not given it; while such a job is
    // first in line, nobody can tell.
    std::set<WorkerId> perhaps;
    const auto note = [&](const JobId& id) {
      const Job* job = image.job(id);
      if (job == nullptr) return;
      for (const JobStep& step : job->past)
        if (tickets.said_empty(step.worker) <= step.at) perhaps.insert(step.worker);
    };
    for (const auto& [place, id] : line.fresh) note(id);
    for (const auto& [id, returned] : line.returned) note(id);
    for (const WorkerId& id : idle)
      require(perhaps.contains(id), "S18", "worker {} asks and has no job, and {} jobs of {} wait", id,
              line.fresh.size() + line.returned.size(), endpoint);
  }
}

void OrderLaws::crashed(const Image& image) {
  lines_.clear();
  aside_.clear();
  for (const auto& [id, job] : image.jobs)
    if (job.state == JobState::in_queue) queued(job);
}

}  // namespace pilotlight::sim

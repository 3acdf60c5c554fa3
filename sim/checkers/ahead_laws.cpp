#include "sim/checkers/ahead_laws.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

std::map<WorkerId, Timestamp> begun(const Image& image) {
  std::map<WorkerId, Timestamp> all;
  for (const auto& [id, job] : image.jobs)
    if (job.state == JobState::in_progress && !job.not_begun)
      all[job.worker] = std::max(all[job.worker], *job.leased);
  return all;
}

void AheadLaws::saved(const Job& after) {
  changed_ = changed_ || after.not_begun || !waiting_.empty();
  if (!after.not_begun) {
    waiting_.erase(after.id);
    fresh_.erase(after.id);
  } else if (waiting_.insert(after.id).second) {
    MARK("sim: job sent ahead");
    fresh_.insert(after.id);
  }
}

void AheadLaws::finished(const FinalJob& job) {
  changed_ = changed_ || !waiting_.empty();
  if (waiting_.erase(job.id) > 0) MARK("sim: job ends before its turn");
  fresh_.erase(job.id);
}

const Worker* AheadLaws::idle_beside(const Job& waiting, const Image& image, const TicketLaws& tickets) {
  for (const auto& [id, worker] : image.workers)
    if (worker.endpoint == waiting.endpoint && id != waiting.worker && worker.state == WorkerState::idle &&
        image.holds(id) == 0 && tickets.asks(id))
      return &worker;
  return nullptr;
}

void AheadLaws::step_ends(const Image& image, const TicketLaws& tickets) {
  if (!changed_) return;
  const auto all = begun(image);
  for (const JobId& id : waiting_)
    require(all.contains(image.job(id)->worker), "S19", "job {} waits at {}, which runs nothing", id,
            image.job(id)->worker);
  for (const JobId& id : fresh_) {
    const Worker* other = idle_beside(*image.job(id), image, tickets);
    require(other == nullptr, "S19", "job {} waits at {}, and {} asks and has nothing", id,
            image.job(id)->worker, other != nullptr ? other->id : WorkerId{});
  }
  fresh_.clear();
  changed_ = false;
}

void AheadLaws::settled(Timestamp now, const Image& image, const TicketLaws& tickets) const {
  if (world_.draining) return;
  for (const JobId& id : waiting_) {
    const Job& job = *image.job(id);
    // What is in the queue goes first.
    if (image.endpoint(job.endpoint)->queued > 0) continue;
    const Worker* other = idle_beside(job, image, tickets);
    require(other == nullptr || begun(image)[job.worker] + world_.plan.limits.run_ahead_max > now, "S19",
            "job {} waits for long at {}, and {} asks and has nothing", id, job.worker,
            other != nullptr ? other->id : WorkerId{});
  }
}

void AheadLaws::crashed(const Image& image) {
  waiting_.clear();
  fresh_.clear();
  changed_ = false;
  for (const auto& [id, job] : image.jobs)
    if (job.not_begun) waiting_.insert(id);
}

}  // namespace pilotlight::sim

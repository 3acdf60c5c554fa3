#include "sim/checkers/order_laws.hpp"

#include <algorithm>

#include "sim/world/world.hpp"

namespace pilotlight::sim {

void OrderLaws::left(const EndpointId& endpoint, const JobId& job) {
  Line& line = lines_[endpoint];
  line.fresh.erase(world_.ledger.job(job)->place);
  line.returned.erase(job);
}

void OrderLaws::queued(const Job& job) {
  const JobEntry& entry = *world_.ledger.job(job.id);
  Line& line = lines_[job.endpoint];
  if (entry.returned_batch == 0)
    line.fresh[entry.place] = job.id;
  else
    line.returned[job.id] = job.holders;
}

void OrderLaws::saved(const Job& after) {
  left(after.endpoint, after.id);
  if (after.state == JobState::in_queue) return queued(after);
  const JobEntry& entry = *world_.ledger.job(after.id);
  if (entry.given.empty() || entry.given.back().batch != world_.audit.batch()) return;
  if (entry.returned_batch != 0) return;
  const Line& line = lines_[after.endpoint];
  require(line.fresh.empty() || line.fresh.begin()->first > entry.place, "S8", "job {} overtakes job {}",
          after.id, line.fresh.empty() ? after.id : line.fresh.begin()->second);
  for (const auto& [id, holders] : line.returned) {
    const bool not_for_it = std::find(holders.begin(), holders.end(), after.worker) != holders.end();
    require(not_for_it, "S8", "job {} overtakes the returned job {}", after.id, id);
  }
}

void OrderLaws::finished(const FinalJob& job) {
  left(job.endpoint, job.id);
}

void OrderLaws::crashed(const Image& image) {
  lines_.clear();
  for (const auto& [id, job] : image.jobs)
    if (job.state == JobState::in_queue) queued(job);
}

}  // namespace pilotlight::sim

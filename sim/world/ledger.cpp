#include "sim/world/ledger.hpp"

#include <algorithm>
#include <utility>

namespace pilotlight::sim {

bool JobEntry::given_to(const WorkerId& worker) const {
  return std::any_of(given.begin(), given.end(),
                     [&](const Given& one) { return one.worker == worker && one.void_batch == 0; });
}

void JobEntry::undelivered(Ticket poll, std::uint64_t batch) {
  if (given.empty()) return;
  Given& newest = given.back();
  if (newest.ticket == poll && newest.void_batch == 0) newest.void_batch = batch;
}

void JobEntry::failed(const WorkerId& worker, std::uint64_t batch) {
  for (Given& one : given)
    if (one.worker == worker && one.void_batch == 0) one.void_batch = batch;
}

JobEntry* Ledger::job(const JobId& id) {
  const auto at = jobs_.find(id);
  return at == jobs_.end() ? nullptr : &at->second;
}

void Ledger::asked(const command::SubmitJob& job) {
  JobEntry& entry = jobs_[job.id];
  entry.asked = job;
  order_.push_back(&entry);
}

void Ledger::submitted(JobEntry& entry, Timestamp now, std::uint64_t batch) {
  entry.submitted = now;
  entry.submitted_batch = batch;
  entry.place = entry.reserved != 0 ? std::exchange(entry.reserved, 0) : ++places_;
}

void Ledger::retried(JobEntry& entry, Timestamp now, std::uint64_t batch) {
  auto earlier = std::make_shared<JobEntry>(std::move(entry));
  entry = JobEntry{};
  entry.asked = earlier->asked;
  entry.told = earlier->told;
  entry.retried_batch = batch;
  entry.earlier = std::move(earlier);
  submitted(entry, now, batch);
}

void Ledger::crashed(std::uint64_t durable) {
  const auto undo = [durable](std::uint64_t& batch) {
    if (batch > durable) batch = 0;
  };
  for (JobEntry* entry : order_) {
    while (entry->retried_batch > durable) {
      const Told told = entry->told;
      const std::shared_ptr<JobEntry> earlier = std::move(entry->earlier);
      *entry = std::move(*earlier);
      entry->told = told;
    }
    undo(entry->submitted_batch);
    undo(entry->returned_batch);
    undo(entry->ended_batch);
    if (entry->ended_batch == 0) entry->ended.reset();
    for (Given& one : entry->given) undo(one.void_batch);
    std::erase_if(entry->given, [durable](const Given& one) { return one.batch > durable; });
  }
  for (auto& [id, entry] : workers_) undo(entry.dead_batch);
}

}  // namespace pilotlight::sim

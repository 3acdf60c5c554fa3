#include "sim/checkers/pause_laws.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

void PauseLaws::asked(const Command& command, const Image& image, const TicketLaws& tickets) {
  const auto* save = std::get_if<command::SaveEndpoint>(&command);
  if (save == nullptr) return;
  polls_open_ = std::any_of(image.workers.begin(), image.workers.end(), [&](const auto& item) {
    const Worker& worker = item.second;
    return worker.endpoint == save->id && worker.origin == WorkerOrigin::by_hand && tickets.asks(worker.id);
  });
}

void PauseLaws::step_ends(const Step& step, const Image& image) {
  if (const auto* take = step.is<command::TakeJobs>()) {
    const Worker* worker = image.worker(take->worker);
    if (worker != nullptr && worker->origin == WorkerOrigin::by_hand) turn(step, worker->endpoint, true);
  } else if (const auto* save = step.is<command::SaveEndpoint>()) {
    const bool saved = std::any_of(step.records.begin(), step.records.end(), [save](const Record& record) {
      const auto* endpoint = std::get_if<record::EndpointSaved>(&record);
      return endpoint != nullptr && endpoint->value.id == save->id;
    });
    if (saved) turn(step, save->id, polls_open_);
  } else if (const auto* job = step.is<command::SubmitJob>()) {
    submitted(step, image, *job);
  } else if (const auto* jobs = step.is<command::SubmitJobs>()) {
    submitted(step, image, *jobs);
  }
}

void PauseLaws::turn(const Step& step, const EndpointId& endpoint, bool polled) {
  std::vector<Turn>& turns = turns_[endpoint];
  const bool before = !turns.empty() && turns.back().polled;
  if (polled != before) turns.push_back({step.batch.number, polled});
}

bool PauseLaws::paused(const Image& image, const EndpointId& id) const {
  const auto* endpoint = image.endpoint(id);
  if (endpoint == nullptr || endpoint->value.workers_max > 0) return false;
  const auto turns = turns_.find(id);
  const bool polled = turns != turns_.end() && !turns->second.empty() && turns->second.back().polled;
  return !polled && world_.plan.limits.paused_endpoints == PausedEndpoints::refuse;
}

void PauseLaws::submitted(const Step& step, const Image& image, const command::SubmitJob& job) const {
  for (const Record& record : step.records)
    if (const auto* saved = std::get_if<record::JobSaved>(&record); saved && saved->value.id == job.id)
      return accepted(image, job);
  for (const Effect& effect : step.effects)
    if (const auto* reply = std::get_if<effect::Reply>(&effect); reply && reply->ticket == job.ticket)
      if (const auto* no = std::get_if<answer::Refused>(&reply->answer)) refused(image, job, *no);
}

void PauseLaws::submitted(const Step& step, const Image& image, const command::SubmitJobs& jobs) const {
  for (const Effect& effect : step.effects) {
    const auto* reply = std::get_if<effect::Reply>(&effect);
    const auto* told = reply != nullptr ? std::get_if<answer::JobsAccepted>(&reply->answer) : nullptr;
    if (told == nullptr) continue;
    if (told->count > 0) accepted(image, jobs.jobs.front());
    if (told->refusal) refused(image, jobs.jobs[told->count], *told->refusal);
  }
}

void PauseLaws::accepted(const Image& image, const command::SubmitJob& job) const {
  require(!paused(image, job.endpoint), "S21", "job {} is accepted by a paused endpoint", job.id);
  const auto* endpoint = image.endpoint(job.endpoint);
  if (endpoint != nullptr && endpoint->value.workers_max == 0)
    MARK("sim: job accepted by an endpoint at zero");
}

void PauseLaws::refused(const Image& image, const command::SubmitJob& job,
                        const answer::Refused& refusal) const {
  if (refusal.message != answer::endpoint_paused) return;
  MARK("sim: job refused by a paused endpoint");
  require(paused(image, job.endpoint), "S21", "job {} is refused by an endpoint that is not paused", job.id);
}

void PauseLaws::crashed(std::uint64_t durable) {
  for (auto& [id, turns] : turns_)
    std::erase_if(turns, [durable](const Turn& one) { return one.batch > durable; });
}

}  // namespace pilotlight::sim

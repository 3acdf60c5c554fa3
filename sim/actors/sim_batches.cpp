#include "sim/actors/sim_batches.hpp"

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

void SimBatches::begin() {
  if (world_.plan.batches_mean.count() > 0) world_.schedule.after(milliseconds{900}, [this] { arrive(); });
}

void SimBatches::arrive() {
  if (stopped_) return;
  make();
  const milliseconds pause = between(world_.dice.batches, milliseconds{0}, world_.plan.batches_mean * 2);
  world_.schedule.after(pause, [this] { arrive(); });
}

void SimBatches::make() {
  Random& dice = world_.dice.batches;
  command::SaveBatch save;
  save.batch.number = world_.row();
  save.batch.endpoint = world_.manager.any_endpoint();
  const auto draft = std::make_shared<Draft>();
  draft->number = save.batch.number;
  draft->endpoint = save.batch.endpoint;
  draft->tries = 1 + static_cast<unsigned>(dice.below(5));
  std::vector<PayloadRef> files;
  for (std::uint64_t count = 2 + dice.below(14); count > 0; --count) {
    command::SubmitJob job = world_.clients.draw(draft->endpoint);
    job.retention = RetentionClass::batch;
    world_.ledger.asked(job);
    draft->jobs.push_back(job.id);
    save.added.push_back({draft->number, job.id, job.policy, job.input, job.extras, job.webhook, job.turn});
    for (const PayloadRef& file : World::files({job.input, job.extras})) files.push_back(file);
  }
  world_.net.ask({.lane = Lane::control,
                  .command = save,
                  .heard = [this, draft](const Answer*) { finalize_later(draft); },
                  .files = files});
}

void SimBatches::finalize_later(const Shared& draft) {
  world_.schedule.after(skewed(world_.dice.batches, milliseconds{10}, milliseconds{60'000}),
                        [this, draft] { finalize(draft); });
}

void SimBatches::finalize(const Shared& draft) {
  if (stopped_ || draft->given_up) return;
  if (draft->tries == 0) return give_up(draft);
  --draft->tries;
  world_.net.ask({.lane = Lane::control,
                  .command = command::ReadHealth{ticket_none, draft->endpoint},
                  .heard =
                      [this, draft](const Answer* answer) {
                        if (answer == nullptr) finalize_later(draft);
                      },
                  .door =
                      [this, draft](Answer answer) {
                        hand_in(draft);
                        return answer;
                      },
                  .patience = milliseconds{60'000}});
}

void SimBatches::hand_in(const Shared& draft) {
  if (stopped_ || draft->handed_in || draft->given_up) return;
  if (!world_.store.accepts_jobs()) return finalize_later(draft);
  command::SubmitJobs jobs;
  std::vector<JobId> ids;
  for (const JobId& id : draft->jobs) {
    if (!world_.store.disk().requests.contains(id)) continue;
    jobs.jobs.push_back(world_.ledger.job(id)->asked);
    ids.push_back(id);
  }
  if (ids.empty()) return;
  if (ids.size() < draft->jobs.size()) MARK("sim: batch finalized again");
  draft->handed_in = true;
  world_.net.ask_inside({.lane = Lane::submit,
                         .command = std::move(jobs),
                         .heard = [this, draft, ids](const Answer* answer) { heard(draft, ids, answer); }});
}

void SimBatches::heard(const Shared& draft, const std::vector<JobId>& jobs, const Answer* answer) {
  draft->handed_in = false;
  const auto* told = answer != nullptr ? std::get_if<answer::JobsAccepted>(answer) : nullptr;
  if (told == nullptr) return finalize_later(draft);
  for (std::size_t i = 0; i < told->count; ++i) {
    require(known(world_.store.disk(), jobs[i]), "S4", "job {} is acknowledged but not on disk", jobs[i]);
    const Answer accepted = answer::JobAccepted{jobs[i]};
    world_.clients.submitted(jobs[i], &accepted);
  }
  if (!told->refusal) return;
  MARK("sim: batch refused from some job on");
  finalize_later(draft);
}

void SimBatches::give_up(const Shared& draft) {
  if (draft->handed_in) return finalize_later(draft);
  MARK("sim: batch given up");
  draft->given_up = true;
  command::SaveBatch save;
  save.batch.number = draft->number;
  save.batch.endpoint = draft->endpoint;
  for (const JobId& id : draft->jobs)
    if (const auto at = world_.store.disk().requests.find(id); at != world_.store.disk().requests.end())
      save.removed.push_back(at->second);
  world_.net.ask({.lane = Lane::control, .command = save});
}

}  // namespace pilotlight::sim

#include "sim/checkers/holder_laws.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/checkers/ahead_laws.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

void HolderLaws::saved(const Step& step, const Image& image, const Job& after) {
  const Job* before = image.job(after.id);
  const bool held = before != nullptr && before->state == JobState::in_progress;
  const bool holds = after.state == JobState::in_progress;
  const bool begins = held && before->not_begun && !after.not_begun;
  const bool same = held && holds && before->worker == after.worker &&
                    (before->leased == after.leased || begins) && before->retries == after.retries &&
                    before->uncharged_returns == after.uncharged_returns;
  if (held && !same) returned(step, image, *before, after);
  if (begins && same) world_.audit.jobs().delivered(after);
  if (holds && !same) leased(step, image, after.id, after.worker);
  for (const WorkerId& holder : after.holders)
    require(world_.ledger.job(after.id)->given_to(holder) || listed_.contains({after.id, holder}), "S3",
            "job {} names {} as holder, who was not given it", after.id, holder);
}

/// Nothing is handed out and ended within one call: that would leave no record of who had it.
void HolderLaws::finished(const Image& image, const FinalJob& job) {
  const Job* before = image.job(job.id);
  require(before == nullptr || !job.leased || job.leased == before->leased || before->not_begun, "S3",
          "job {} is handed out and ended at once", job.id);
}

void HolderLaws::leased(const Step& step, const Image& image, const JobId& id, const WorkerId& to) {
  JobEntry& entry = *world_.ledger.job(id);
  const Worker* worker = image.worker(to);
  require(worker != nullptr, "S3", "job {} is handed to {}, who is gone", id, to);
  require(worker->endpoint == entry.asked.endpoint, "S3", "job {} is handed to {} of another endpoint", id,
          to);
  require(worker->state != WorkerState::stopping && worker->state != WorkerState::draining, "S3",
          "job {} is handed to {}, who was told to stop", id, to);
  require(world_.ledger.worker(to).dead_batch == 0, "S3", "job {} is handed to {}, who is dead", id, to);
  require(!world_.workers.holds(to, id), "S3", "job {} is handed to {}, who has it", id, to);
  leases_.push_back({id, to});
  entry.given.push_back({to, step.batch.number});
}

/// A job may be taken from a worker only if that worker does not have it. The one exception: nobody can watch
/// a worker that was started by hand, so its silence has to do.
void HolderLaws::returned(const Step& step, const Image& image, const Job& before, const Job& after) {
  JobEntry& entry = *world_.ledger.job(before.id);
  if (entry.returned_batch == 0) entry.returned_batch = step.batch.number;
  const auto* answer = step.is<command::FinishJob>();
  const bool failed =
      answer != nullptr && answer->failed && answer->job == before.id && answer->worker == before.worker;
  if (failed) entry.failed(before.worker, step.batch.number);
  const bool spared = before.not_begun && before.uncharged_returns < world_.plan.limits.uncharged_returns_max;
  require(failed || !spared || after.retries == before.retries, "S19", "job {} is charged before its turn",
          before.id);
  const bool truly = world_.workers.holds(before.worker, before.id);
  // Behind a long one it goes to somebody else: whoever answers first ends it.
  const bool behind =
      before.not_begun && begun(image)[before.worker] + world_.plan.limits.run_ahead_max <= step.now();
  if (behind && truly) MARK("sim: job taken back from behind a long one");
  require(failed || behind || !truly || may_be_lost(before.worker, step.now()), "S3",
          "job {} is taken from {}, who has it", before.id, before.worker);
}

bool HolderLaws::may_be_lost(const WorkerId& id, Timestamp now) const {
  const WorkerEntry& worker = world_.ledger.worker(id);
  const Limits& limits = world_.plan.limits;
  return worker.by_hand && now >= worker.last_word + limits.ping_interval * limits.missed_pings_max;
}

void HolderLaws::worker_removed(const WorkerId& worker) {
  removed_.push_back(worker);
}

void HolderLaws::asked(const Command& command, const Image& image) {
  if (const auto* ping = std::get_if<command::Heartbeat>(&command))
    for (const JobId& id : ping->jobs)
      if (const Job* job = image.job(id); job != nullptr && job->worker == ping->worker)
        listed_.emplace(id, ping->worker);
  const auto* finish = std::get_if<command::FinishJob>(&command);
  if (finish == nullptr) return;
  const JobEntry* entry = world_.ledger.job(finish->job);
  const WorkerEntry& worker = world_.ledger.worker(finish->worker);
  finish_counts_ = entry != nullptr && image.job(finish->job) != nullptr && entry->given_to(finish->worker) &&
                   worker.dead_batch == 0;
  // Killed but not yet seen dead; or a worker of somebody's own hand that was silent for too long.
  finish_unsure_ = worker.killed || worker.by_hand;
}

void HolderLaws::step_ends(const Step& step, const Image& image) {
  delivered(step, image);
  judged(step);
  for (const WorkerId& worker : removed_)
    require(image.holds(worker) == 0, "S3", "worker {} is removed but holds jobs", worker);
  leases_.clear();
  removed_.clear();
}

/// Every lease of the step is in one answer, and every job in an answer is leased.
void HolderLaws::delivered(const Step& step, const Image& image) {
  std::size_t jobs = 0;
  for (const Effect& effect : step.effects) {
    const auto* reply = std::get_if<effect::Reply>(&effect);
    const auto* taken = reply != nullptr ? std::get_if<answer::JobsTaken>(&reply->answer) : nullptr;
    if (taken == nullptr) continue;
    require(!taken->jobs.empty(), "S6", "worker {} is answered with no jobs at all", taken->worker);
    jobs += taken->jobs.size();
    for (const answer::Delivery& one : taken->jobs) {
      const bool leased = std::any_of(leases_.begin(), leases_.end(), [&](const Lease& lease) {
        return lease.job == one.id && lease.worker == taken->worker;
      });
      require(leased, "S3", "job {} goes to {} without a lease", one.id, taken->worker);
      JobEntry& entry = *world_.ledger.job(one.id);
      const Job* job = image.job(one.id);
      require(one.input == entry.asked.input && one.extras == entry.asked.extras &&
                  one.delay >= milliseconds{0} &&
                  (job == nullptr || (one.retries == job->retries && job->leased == step.now())),
              "S3", "job {} is delivered otherwise than it is", one.id);
      entry.given.back().ticket = reply->ticket;
      if (job != nullptr && !job->not_begun) world_.audit.jobs().delivered(*job);
    }
  }
  require(jobs == leases_.size(), "S3", "{} leases but {} jobs delivered", leases_.size(), jobs);
}

bool HolderLaws::tried_again(const Step& step, const command::FinishJob& answer) {
  return answer.failed && std::any_of(step.records.begin(), step.records.end(), [&](const Record& record) {
           const auto* saved = std::get_if<record::JobSaved>(&record);
           if (saved == nullptr || saved->value.id != answer.job || saved->value.past.empty() ||
               saved->value.past.back().kind != JobStepKind::failed)
             return false;
           require(saved->value.past.back().error == answer.error, "S17",
                   "job {} is tried again, and why is forgotten", answer.job);
           return true;
         });
}

void HolderLaws::judged(const Step& step) {
  const auto* finish = step.is<command::FinishJob>();
  if (finish == nullptr || finish->ticket == ticket_none) return;
  for (const Effect& effect : step.effects) {
    const auto* reply = std::get_if<effect::Reply>(&effect);
    if (reply == nullptr || reply->ticket != finish->ticket) continue;
    const auto* verdict = std::get_if<answer::JobFinished>(&reply->answer);
    require(verdict != nullptr, "S1", "the result of job {} is refused", finish->job);
    require(!verdict->counted || finish_counts_, "S3", "job {} is ended by {}, who may not", finish->job,
            finish->worker);
    require(verdict->counted || !finish_counts_ || finish_unsure_ || tried_again(step, *finish), "S3",
            "the result of job {} from {} is dropped, who may end it", finish->job, finish->worker);
    if (!verdict->counted) MARK("sim: result dropped");
  }
}

}  // namespace pilotlight::sim

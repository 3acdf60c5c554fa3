#include "sim/checkers/result_laws.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

ResultLaws::Held ResultLaws::held_of(const Job& job) {
  return {job.worker, job.submitted, job.retries + job.uncharged_returns};
}

void ResultLaws::shows(const WorkerId& worker, const JobId& id, const Image& image) {
  const Job* job = image.job(id);
  if (job == nullptr || job->state != JobState::in_progress || job->worker != worker) return;
  shown_[id] = held_of(*job);
  denied_.erase(id);
}

/// The worker sent an idle claim, which covers the jobs that it was given before.
void ResultLaws::denies(const WorkerId& worker, const Image& image, Timestamp now) {
  for (const auto& [id, job] : image.jobs) {
    if (job.state != JobState::in_progress || job.worker != worker) continue;
    if (std::max(*job.leased, counts_from_) >= world_.audit.words().empty_at(worker)) continue;
    Denied& denied = denied_[id];
    if (denied.held != held_of(job)) denied = {held_of(job), now};
  }
}

void ResultLaws::asked(const Command& command, const Image& image, Timestamp now) {
  if (const auto* ping = std::get_if<command::Heartbeat>(&command))
    for (const JobId& id : ping->jobs) shows(ping->worker, id, image);
  if (const auto* progress = std::get_if<command::ReportProgress>(&command))
    shows(progress->worker, progress->job, image);
  if (const auto* chunk = std::get_if<command::PostChunk>(&command)) shows(chunk->worker, chunk->job, image);
  if (std::holds_alternative<command::AnswersDelayed>(command)) delayed(now);
  const auto* poll = std::get_if<command::TakeJobs>(&command);
  if (poll != nullptr && poll->job_in_progress == false) denies(poll->worker, image, now);
}

/// A result that was due meanwhile is found missing only now, and the worker's output is asked for only now.
void ResultLaws::delayed(Timestamp now) {
  counts_from_ = now;
  for (auto& [id, denied] : denied_)
    denied.since = std::max(denied.since, now - world_.plan.limits.no_result_grace);
}

void ResultLaws::charged(const Job& before) const {
  const auto shown = shown_.find(before.id);
  const bool came_back = std::any_of(before.past.begin(), before.past.end(),
                                     [](const JobStep& step) { return step.kind == JobStepKind::not_taken; });
  require(came_back || (shown != shown_.end() && shown->second == held_of(before)), "S23",
          "job {} is charged for want of a result from {}, which has not shown it", before.id, before.worker);
}

void ResultLaws::saved(const Image& image, const Job& after) const {
  const Job* before = image.job(after.id);
  if (before == nullptr || before->state != JobState::in_progress || after.retries == before->retries) return;
  if (!after.past.empty() && after.past.back().kind == JobStepKind::no_result) charged(*before);
}

void ResultLaws::finished(const Image& image, const FinalJob& job) const {
  if (job.reason == EndReason::no_result) charged(*image.job(job.id));
}

/// A timer may fire late: the time for the output begins when it is asked for.
void ResultLaws::step_ends(const Step& step) {
  for (const Effect& effect : step.effects) {
    const auto* read = std::get_if<effect::ReadOutput>(&effect);
    if (read == nullptr) continue;
    for (auto& [id, denied] : denied_)
      if (denied.held.worker == read->worker)
        denied.output_until = step.now() + world_.plan.limits.output_wait;
  }
}

void ResultLaws::settled(Timestamp now, const Image& image) {
  const milliseconds grace = world_.plan.limits.no_result_grace;
  for (auto next = denied_.begin(); next != denied_.end();) {
    const auto& [id, denied] = *next;
    const Job* job = image.job(id);
    const bool there = job != nullptr && job->state == JobState::in_progress && held_of(*job) == denied.held;
    require(!there || std::max(denied.since + grace, denied.output_until) > now, "S24",
            "job {} stays with {}, which says that it holds nothing", id, denied.held.worker);
    next = there ? std::next(next) : denied_.erase(next);
  }
}

void ResultLaws::restored(Timestamp now) {
  denied_.clear();
  counts_from_ = now;
}

}  // namespace pilotlight::sim

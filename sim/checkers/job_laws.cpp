#include "sim/checkers/job_laws.hpp"

#include <algorithm>

#include "sim/world/world.hpp"

namespace pilotlight::sim {

void JobLaws::saved(const Step& step, const Image& image, const Job& after) {
  const Job* before = image.job(after.id);
  if (before == nullptr)
    fresh(step, image, after);
  else
    changed(step, image, *before, after);
}

bool JobLaws::asks_for(const Step& step, const JobId& id) {
  if (const auto* submit = step.is<command::SubmitJob>()) return submit->id == id;
  const auto* several = step.is<command::SubmitJobs>();
  return several != nullptr && std::any_of(several->jobs.begin(), several->jobs.end(),
                                           [&id](const command::SubmitJob& job) { return job.id == id; });
}

void JobLaws::fresh(const Step& step, const Image& image, const Job& job) {
  const auto* retry = step.is<command::RetryJob>();
  JobEntry* entry = world_.ledger.job(job.id);
  require(entry != nullptr, "S1", "job {} was never submitted", job.id);
  const bool again = retry != nullptr && retry->job.id == job.id;
  require(again || asks_for(step, job.id), "S1", "job {} appears without being submitted", job.id);
  if (again)
    may_live_again(*entry, retry->job, step.now());
  else
    require(entry->ended_batch == 0, "S2", "job {} rises from the dead", job.id);
  const command::SubmitJob& asked = entry->asked;
  const auto* endpoint = image.endpoint(job.endpoint);
  JobPolicy policy = again ? retry->job.policy : asked.policy;
  if (!again && !policy.ttl && endpoint != nullptr) policy.ttl = endpoint->value.ttl;
  const bool faithful = job.endpoint == asked.endpoint && job.retention == asked.retention &&
                        job.policy == policy && job.input == asked.input && job.extras == asked.extras &&
                        job.webhook == asked.webhook && job.submitted == step.now() && job.retries == 0 &&
                        job.uncharged_returns == 0 && !job.progress && job.holders.size() <= 1 &&
                        job.priority == asked.turn.priority && job.past.empty() == !again;
  require(faithful, "S1", "job {} is not what was submitted", job.id);
  require(!is_final(job.state), "S1", "job {} is saved as {}", job.id, job.state);
  require(endpoint != nullptr && !endpoint->deleting, "S1", "job {} for a missing endpoint", job.id);
  const Limits& limits = world_.plan.limits;
  require(image.jobs.size() < limits.live_jobs_max, "S7", "{} live jobs, one more accepted",
          image.jobs.size());
  const auto own = static_cast<std::uint64_t>(settings(image, job.endpoint).queue_max);
  const std::uint64_t most = own > 0 ? own : limits.queue_max;
  require(most == 0 || endpoint->queued < most, "S7", "{} jobs queued at {}, one more accepted",
          endpoint->queued, job.endpoint);
  const Timestamp turn = again ? Timestamp{} : std::max(step.now() + asked.turn.delay, asked.turn.not_before);
  require(job.not_before == (turn > step.now() ? turn : Timestamp{}) &&
              (turn <= step.now() || job.state == JobState::in_queue),
          "S17", "job {} is not to run before {}, but before {}", job.id, turn, job.not_before);
  if (again)
    world_.ledger.retried(*entry, step.now(), step.batch.number);
  else
    world_.ledger.submitted(*entry, step.now(), step.batch.number);
  deadlines_.push({expires_at_ttl(job), job.id, std::nullopt});
  if (job.not_before != Timestamp{}) deadlines_.push({job.not_before, job.id, std::nullopt, true});
}

/// Only what failed or ran out of time is retried, as it ended last, and while its row is kept.
void JobLaws::may_live_again(const JobEntry& entry, const FinalJob& row, Timestamp now) {
  require(entry.ended_batch != 0 && entry.ended && entry.ended->finished == row.finished, "S2",
          "job {} is retried but did not end so", row.id);
  require(row.state == JobState::failed || row.state == JobState::timed_out, "S2",
          "job {} is retried after {}", row.id, row.state);
  require(row.expires > now, "S9", "job {} is retried after its row expired", row.id);
}

void JobLaws::changed(const Step& step, const Image& image, const Job& before, const Job& after) {
  const bool same = before.endpoint == after.endpoint && before.retention == after.retention &&
                    before.policy == after.policy && before.input == after.input &&
                    before.extras == after.extras && before.webhook == after.webhook &&
                    before.submitted == after.submitted && before.priority == after.priority;
  require(same, "S10", "job {} changes what it was asked to be", after.id);
  require(!is_final(after.state), "S2", "job {} is saved as {}", after.id, after.state);
  const Limits& limits = world_.plan.limits;
  const int charged = after.retries - before.retries,
            free = after.uncharged_returns - before.uncharged_returns;
  require(charged >= 0 && free >= 0 && charged + free <= 1, "S2", "job {}: returns jump by {} and {}",
          after.id, charged, free);
  require(charged == 0 || before.retries < retries_max(image, after.endpoint), "S2", "job {}: {} retries",
          after.id, after.retries);
  require(after.uncharged_returns <= limits.uncharged_returns_max, "S2", "job {}: {} free returns", after.id,
          after.uncharged_returns);
  require(after.queued >= before.queued, "S9", "job {} queued earlier than before", after.id);
  turn_holds(step, image, before, after);
}

void JobLaws::turn_holds(const Step& step, const Image& image, const Job& before, const Job& after) {
  require(after.not_before == Timestamp{} || after.state == JobState::in_queue, "S17",
          "job {} is not to run before {} and is {}", after.id, after.not_before, after.state);
  if (after.not_before == before.not_before) return;
  if (before.not_before != Timestamp{}) {
    require(after.not_before == Timestamp{} && step.now() >= before.not_before, "S17",
            "job {} was not to run before {}", after.id, before.not_before);
    return;
  }
  MARK("sim: job waits for its retry");
  const QueueSettings& queue = settings(image, after.endpoint);
  const milliseconds most =
      queue.retry_delay_max.count() > 0 ? queue.retry_delay_max : milliseconds{3'600'000};
  milliseconds wait = queue.retry_delay;
  for (unsigned retry = 1; retry < after.retries; ++retry) wait *= 2;
  wait = std::min(wait, most);
  require(after.retries == before.retries + 1 && wait.count() > 0 && after.not_before >= step.now() + wait &&
              after.not_before <= step.now() + wait + wait / 10,
          "S17", "job {}: its retry {} waits for {} ms of {}", after.id, after.retries,
          (after.not_before - step.now()).count(), wait.count());
  deadlines_.push({after.not_before, after.id, std::nullopt, true});
}

const QueueSettings& JobLaws::settings(const Image& image, const EndpointId& endpoint) const {
  static const QueueSettings none;
  const auto* entry = image.endpoint(endpoint);
  return entry != nullptr ? entry->value.queue : none;
}

std::int64_t JobLaws::retries_max(const Image& image, const EndpointId& endpoint) const {
  return settings(image, endpoint).retries_max.value_or(world_.plan.limits.retries_max);
}

void JobLaws::finished(const Step& step, const Image& image, const FinalJob& job) {
  const Job* before = image.job(job.id);
  JobEntry* entry = world_.ledger.job(job.id);
  require(entry != nullptr && entry->ended_batch == 0, "S2", "job {} ends twice", job.id);
  require(before != nullptr, "S2", "job {} ends but is not live", job.id);
  require(is_final(job.state), "S2", "job {} ends as {}", job.id, job.state);
  times_hold(step, image, *before, job);
  reason_holds(step, image, *before, job);
  entry->ended_batch = step.batch.number;
  entry->ended = job;
}

void JobLaws::times_hold(const Step& step, const Image& image, const Job& before, const FinalJob& job) {
  const Limits& limits = world_.plan.limits;
  const std::array keep{limits.retention_run, limits.retention_runsync, limits.retention_runsync_wait,
                        limits.retention_batch};
  require(job.endpoint == before.endpoint && job.input == before.input && job.extras == before.extras &&
              job.retention == before.retention && job.policy == before.policy &&
              job.webhook == before.webhook && job.priority == before.priority,
          "S10", "job {} changes what it was asked to be when it ends", job.id);
  // A job may come back to the queue or be handed out and end in one call, which leaves no record between.
  const bool returned = !job.leased && before.leased;
  const bool leased = job.leased && *job.leased == step.now();
  require(job.submitted == before.submitted && (job.leased == before.leased || returned || leased), "S9",
          "job {} ends with other times", job.id);
  require(job.retries == before.retries || ((returned || leased) && job.retries == before.retries + 1), "S2",
          "job {}: retries change at the end", job.id);
  require(job.finished == step.now(), "S9", "job {} finished at {} not now", job.id, job.finished);
  const bool dead = job.state == JobState::failed || job.state == JobState::timed_out;
  const milliseconds kept = std::max(keep[static_cast<std::size_t>(job.retention)],
                                     dead ? settings(image, job.endpoint).dead_letter_keep : milliseconds{0});
  require(job.expires == job.finished + kept, "S9", "job {} is kept until {}", job.id, job.expires);
  require(job.submitted <= job.finished &&
              (!job.leased || (job.submitted <= *job.leased && *job.leased <= job.finished)),
          "S9", "job {}: submitted, leased and finished are out of order", job.id);
  require(job.delay >= milliseconds{0}, "S9", "job {}: negative delay", job.id);
}

void JobLaws::reason_holds(const Step& step, const Image& image, const Job& before, const FinalJob& job) {
  const auto state_is = [&](JobState state) {
    require(job.state == state, "S2", "job {}: reason {} with {}", job.id, static_cast<int>(job.reason),
            job.state);
  };
  switch (job.reason) {
    case EndReason::answered: return answer_holds(step, image, before, job);
    case EndReason::execution_timeout: state_is(JobState::failed); return timeout_holds(step, before, job);
    case EndReason::lost:
    case EndReason::no_result:
      state_is(JobState::failed);
      require(before.retries >= retries_max(image, job.endpoint), "S2", "job {} given up after {} retries",
              job.id, before.retries);
      return;
    case EndReason::stream_full:
    case EndReason::stream_no_space:
      state_is(JobState::failed);
      require(step.is<command::PostChunk>() != nullptr, "S2", "job {} streams too much in silence", job.id);
      return;
    case EndReason::ttl:
      state_is(JobState::timed_out);
      require(step.now() >= expires_at_ttl(before), "S9", "job {} outlives its ttl too early", job.id);
      return;
    case EndReason::cancelled: state_is(JobState::cancelled); return cancel_holds(step, image, before);
  }
}

void JobLaws::answer_holds(const Step& step, const Image& image, const Job& before, const FinalJob& job) {
  const auto* answer = step.is<command::FinishJob>();
  require(answer != nullptr && answer->job == job.id, "S2", "job {} is answered by nobody", job.id);
  require(job.state == (answer->failed ? JobState::failed : JobState::completed), "S2",
          "job {} is answered as {}", job.id, job.state);
  require(job.result == answer->result && (job.worker == answer->worker || job.worker == before.worker), "S2",
          "job {} keeps another result", job.id);
  const auto* endpoint = image.endpoint(job.endpoint);
  require(!answer->failed || before.worker != answer->worker || before.state != JobState::in_progress ||
              !settings(image, job.endpoint).retry_failed || endpoint->deleting ||
              before.retries >= retries_max(image, job.endpoint),
          "S2", "job {} fails, with a retry left", job.id);
}

void JobLaws::timeout_holds(const Step& step, const Job& before, const FinalJob& job) {
  const Timeouts limit = timeouts(before);
  require(before.state == JobState::in_progress && before.leased && limit.low.count() > 0, "S9",
          "job {} exceeds an execution timeout that it has not", job.id);
  require(step.now() >= *before.leased + limit.low, "S9",
          "job {} exceeds its execution timeout after {} ms of {}", job.id,
          (step.now() - *before.leased).count(), limit.low.count());
}

void JobLaws::cancel_holds(const Step& step, const Image& image, const Job& before) {
  if (const auto* cancel = step.is<command::CancelJob>())
    if (cancel->id == before.id && cancel->endpoint == before.endpoint) return;
  if (const auto* deletion = step.is<command::DeleteEndpoint>())
    if (deletion->id == before.endpoint) return;
  const auto* endpoint = image.endpoint(before.endpoint);
  if (endpoint != nullptr && endpoint->deleting) return;
  const auto purge = purges_.find(before.endpoint);
  const bool purged = purge != purges_.end() && world_.ledger.job(before.id)->place <= purge->second;
  require(purged && before.state == JobState::in_queue, "S2", "job {} is cancelled by nobody", before.id);
}

void JobLaws::purged(const EndpointId& endpoint) {
  purges_[endpoint] = world_.ledger.places();
}

void JobLaws::endpoint_saved(const Endpoint& endpoint) {
  const milliseconds limit = endpoint.execution_timeout.value_or(world_.plan.limits.execution_timeout);
  const bool none = limit.count() == 0;
  const auto [at, first] = timeouts_.try_emplace(endpoint.id, Timeouts{limit, limit, none});
  if (first) return;
  Timeouts& all = at->second;
  all.none = all.none || none;
  if (none) return;
  all.low = all.low.count() == 0 ? limit : std::min(all.low, limit);
  all.high = std::max(all.high, limit);
}

JobLaws::Timeouts JobLaws::timeouts(const Job& job) const {
  if (job.policy.execution_timeout)
    return {*job.policy.execution_timeout, *job.policy.execution_timeout,
            job.policy.execution_timeout->count() == 0};
  const auto at = timeouts_.find(job.endpoint);
  return at != timeouts_.end() ? at->second : Timeouts{};
}

Timestamp JobLaws::expires_at_ttl(const Job& job) const {
  return job.submitted + job.policy.ttl.value_or(world_.plan.limits.ttl);
}

void JobLaws::delivered(const Job& job) {
  const Timeouts limit = timeouts(job);
  if (!limit.none && job.leased) deadlines_.push({*job.leased + limit.high, job.id, job.leased});
}

void JobLaws::settled(Timestamp now, const Image& image) {
  while (!deadlines_.empty() && deadlines_.top().when <= now) {
    const Deadline due = deadlines_.top();
    deadlines_.pop();
    const Job* job = image.job(due.job);
    if (job == nullptr) continue;
    if (due.turn) {
      require(job->not_before == Timestamp{} || job->not_before > now, "S17",
              "job {} still waits for its time, {}", due.job, due.when);
      continue;
    }
    require(due.leased.has_value() || expires_at_ttl(*job) > now, "S9", "job {} outlives its ttl of {}",
            due.job, due.when);
    if (job->state != JobState::in_progress || job->leased != due.leased) continue;
    const Timeouts limit = timeouts(*job);  // it may have been raised meanwhile
    require(limit.none || *job->leased + limit.high > now, "S9",
            "job {} runs beyond its execution timeout of {}", due.job, due.when);
    delivered(*job);
  }
}

void JobLaws::crashed(const Image& image) {
  deadlines_ = {};
  purges_.clear();
  for (const auto& [id, job] : image.jobs) {
    deadlines_.push({expires_at_ttl(job), id, std::nullopt});
    if (job.not_before != Timestamp{}) deadlines_.push({job.not_before, id, std::nullopt, true});
    if (job.state == JobState::in_progress && !job.not_begun) delivered(job);
  }
}

}  // namespace pilotlight::sim

#include <algorithm>
#include <string>

#include "base/mark.hpp"
#include "core/dispatch.hpp"
#include "core/mutant.hpp"
#include "domain/jobs/commands.hpp"

namespace pilotlight::core {
namespace {

/// New jobs are refused until workers_max is raised or a worker started by hand polls.
bool paused(const LiveEndpoint& live, const Limits& limits) {
  const Endpoint& endpoint = *live.endpoint;
  return limits.paused_endpoints == PausedEndpoints::refuse && endpoint.kind == EndpointKind::queue &&
         endpoint.workers_max == 0 && !endpoint.polled_by_hand;
}

/// The job's own ttl, else that of its endpoint; nullopt: neither says anything.
std::optional<milliseconds> ttl_of(const command::SubmitJob& c, const Endpoint& endpoint) {
  return c.policy.ttl ? c.policy.ttl : endpoint.ttl;
}

/// When a job that is submitted now may run.
Timestamp turn_of(const command::SubmitJob& c, Timestamp now) {
  return std::max(later(now, c.turn.delay), c.turn.not_before);
}

}  // namespace

/// What keeps a job from being queued at this endpoint; nullopt if nothing does.
std::optional<Error> Dispatch::objection(const EndpointId& id) const {
  const LiveEndpoint* endpoint = definitions_.visible_endpoint(id);
  if (endpoint == nullptr) return refusal(Errc::not_found, "endpoint not found");
  if (endpoint->endpoint->kind == EndpointKind::load_balancer)
    return refusal(Errc::invalid, "a load-balancing endpoint has no queue; send the request to its own URL");
  if (draining_) return refusal(Errc::unavailable, "the server is shutting down; try again in a moment");
  if (jobs_.size() >= limits_.live_jobs_max)
    return refusal(Errc::unavailable, "the server has reached its limit of " +
                                          std::to_string(limits_.live_jobs_max) +
                                          " unfinished jobs; try again later");
  const auto own = static_cast<std::uint64_t>(endpoint->endpoint->queue.queue_max);
  const std::uint64_t most = own > 0 ? own : limits_.queue_max;
  if (most > 0 && endpoint->queued() >= most)
    return refusal(Errc::busy,
                   "the queue of this endpoint is full (" + std::to_string(most) + " jobs); try again later");
  return std::nullopt;
}

std::optional<Error> Dispatch::objection(const command::SubmitJob& c) const {
  const LiveEndpoint* endpoint = definitions_.visible_endpoint(c.endpoint);
  if (endpoint != nullptr && paused(*endpoint, limits_) && !mutant(Mutant::paused_endpoint_accepts)) {
    MARK("core.endpoint_paused");
    return refusal(Errc::conflict, std::string(answer::endpoint_paused));
  }
  if (auto problem = objection(c.endpoint)) return problem;
  if (c.id.empty() || jobs_.find(c.id.row()) != nullptr)
    return refusal(Errc::invalid, "a job with this id exists already");
  const std::optional<milliseconds> ttl = ttl_of(c, *endpoint->endpoint);
  if (turn_of(c, call_.now()) >= later(call_.now(), ttl.value_or(limits_.ttl)))
    return refusal(
        Errc::invalid,
        "policy.ttl ends before policy.delay or policy.notBefore lets the job run; raise policy.ttl");
  if (c.webhook && webhooks_.size() >= limits_.webhooks_max) {
    MARK("core.too_many_webhooks");
    return refusal(Errc::unavailable,
                   std::to_string(limits_.webhooks_max) +
                       " webhooks are waiting to be delivered, and jobs with a webhook are refused until "
                       "there are fewer; try again later, or check that your receiver answers");
  }
  return std::nullopt;
}

std::optional<Error> Dispatch::objection(const command::RetryJob& c) const {
  if (c.job.expires <= call_.now()) return refusal(Errc::not_found, "the job is no longer kept");
  if (call_.now() - c.read >= final_row_outlives_expiry / 2) {
    MARK("core.retry_read_too_long_ago");
    return refusal(Errc::unavailable,
                   "the server took too long to read the job, and did not retry it; try again");
  }
  if (c.job.state != JobState::failed && c.job.state != JobState::timed_out)
    return refusal(Errc::invalid, "only a job that is FAILED or TIMED_OUT can be retried; this one is " +
                                      std::string(wire_name(c.job.state)));
  if (auto problem = objection(c.job.endpoint)) return problem;
  // Told to stop the old run, a worker would stop the new one.
  for (const LiveWorker* worker : definitions_.find_endpoint(c.job.endpoint)->workers)
    for (const StopEntry& entry : worker->stops)
      if (entry.job == c.job.id) {
        MARK("core.retry_while_stopping");
        return refusal(Errc::conflict,
                       "an earlier run of this job is still being stopped; try again in a few seconds");
      }
  return std::nullopt;
}

/// Takes a job in that is new, or as good as new.
void Dispatch::admit(LiveJob& live) {
  Job& job = live.job;
  live.endpoint = definitions_.find_endpoint(job.endpoint);
  job.submitted = job.queued = call_.now();
  enqueue(live, Place::end);
  ++live.endpoint->counters.submitted;
  count(*live.endpoint);
}

/// A job to which there is no objection.
LiveJob& Dispatch::take_in(const command::SubmitJob& c) {
  LiveJob& live = jobs_.make(c.id.row());
  Job& job = live.job;
  job.id = c.id;
  job.endpoint = c.endpoint;
  job.retention = c.retention;
  job.policy = c.policy;
  job.policy.ttl = ttl_of(c, *definitions_.find_endpoint(c.endpoint)->endpoint);
  job.input = c.input;
  job.extras = c.extras;
  job.webhook = c.webhook;
  job.priority = std::clamp(c.turn.priority, priority_least, priority_most);
  if (const Timestamp turn = turn_of(c, call_.now()); turn > call_.now()) job.not_before = turn;
  admit(live);
  return live;
}

void Dispatch::on(const command::SubmitJob& c) {
  if (const auto problem = objection(c)) return call_.refuse(c.ticket, problem->code, problem->message);
  call_.keep(c.input);
  call_.keep(c.extras);
  LiveJob& live = take_in(c);
  if (c.idempotency && !mutant(Mutant::idempotency_forgotten))
    call_.save(record::IdempotencySaved{
        {c.endpoint, *c.idempotency, c.id, later(call_.now(), limits_.idempotency_keep)}});
  if (!c.wait) return call_.reply(c.ticket, answer::JobAccepted{c.id});
  if (c.ticket != ticket_none) waiters_.wait_for(live, c.ticket, *c.wait);
}

void Dispatch::on(const command::SubmitJobs& c) {
  answer::JobsAccepted told;
  for (const command::SubmitJob& job : c.jobs) {
    if (const auto problem = objection(job)) {
      told.refusal = answer::Refused{problem->code, problem->message};
      break;
    }
    take_in(job);
    ++told.count;
  }
  call_.reply(c.ticket, std::move(told));
}

void Dispatch::on(const command::RetryJob& c) {
  if (const auto problem = objection(c)) return call_.refuse(c.ticket, problem->code, problem->message);
  ASSERT(jobs_.find(c.job.id.row()) == nullptr);
  MARK("core.retry");
  call_.save(record::JobRevived{c.job.id});
  call_.drop(c.job.result);
  webhooks_.forget(c.job.id.row());
  LiveJob& live = jobs_.make(c.job.id.row());
  Job& job = live.job;
  job.id = c.job.id;
  job.endpoint = c.job.endpoint;
  job.retention = c.job.retention;
  job.policy = c.job.policy;
  job.input = c.job.input;
  job.extras = c.job.extras;
  job.webhook = c.job.webhook;
  job.priority = c.job.priority;
  job.past = steps_of(c.job);
  add_step(job.past, {JobStepKind::retried, call_.now(), {}});
  job.worker = c.job.worker;
  if (c.stream) {
    streams_.revive(live, *c.stream);
    streams_.begin_run(live);
  }
  admit(live);
  call_.reply(c.ticket, answer::JobAccepted{c.job.id});
}

void Dispatch::on(const command::CancelJob& c) {
  LiveJob* live = find_job(c.id);
  if (live == nullptr || live->job.endpoint != c.endpoint) return call_.reply(c.ticket, answer::JobNotLive{});
  const FinalJob final = end_job(*live, {JobEvent::cancelled, EndReason::cancelled, {}, nullptr});
  call_.reply(c.ticket, answer::JobEnded{final});
}

void Dispatch::on(const command::PurgeQueue& c) {
  LiveEndpoint* endpoint = definitions_.visible_endpoint(c.endpoint);
  if (endpoint == nullptr) return call_.refuse(c.ticket, Errc::not_found, "endpoint not found");
  doom_queue(*endpoint, c.ticket);
}

void Dispatch::on(const command::ReadJob& c) {
  LiveJob* live = find_job(c.id);
  if (live == nullptr || live->job.endpoint != c.endpoint) return call_.reply(c.ticket, answer::JobNotLive{});
  if (c.wait && c.ticket != ticket_none) return waiters_.wait_for(*live, c.ticket, *c.wait);
  call_.reply(c.ticket, live_view(*live));
}

}  // namespace pilotlight::core

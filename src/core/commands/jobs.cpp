#include <algorithm>
#include <string>

#include "core/state.hpp"

namespace pilotlight::core {

/// What keeps this job from being accepted; nullopt if nothing does.
std::optional<Error> State::objection(const command::SubmitJob& c) const {
  const LiveEndpoint* endpoint = visible_endpoint(c.endpoint);
  if (endpoint == nullptr) return refusal(Errc::not_found, "endpoint not found");
  if (endpoint->endpoint->kind == EndpointKind::load_balancer)
    return refusal(Errc::invalid, "a load-balancing endpoint has no queue; send the request to its own URL");
  if (draining) return refusal(Errc::unavailable, "the server is shutting down; try again in a moment");
  if (jobs.size() >= limits.live_jobs_max)
    return refusal(Errc::unavailable, "the server holds " + std::to_string(limits.live_jobs_max) +
                                          " unfinished jobs, its limit; try again later");
  if (limits.queue_max > 0 && endpoint->queued() >= limits.queue_max)
    return refusal(Errc::busy, "the queue of this endpoint is full (" + std::to_string(limits.queue_max) +
                                   " jobs); try again later");
  if (c.id.empty() || jobs.find(c.id.row()) != nullptr)
    return refusal(Errc::invalid, "a job with this id exists already");
  return std::nullopt;
}

void State::on(const command::SubmitJob& c) {
  if (const auto problem = objection(c)) return refuse(c.ticket, problem->code, problem->message);
  LiveJob& live = jobs.make(c.id.row());
  live.endpoint = find_endpoint(c.endpoint);
  Job& job = live.job;
  job.id = c.id;
  job.endpoint = c.endpoint;
  job.retention = c.retention;
  job.policy = c.policy;
  job.input = c.input;
  job.extras = c.extras;
  job.submitted = job.queued = now_;
  keep(c.input);
  keep(c.extras);
  enqueue(live, Place::end);
  deadlines.set(live, later(now_, job.policy.ttl.value_or(limits.ttl)));
  ++live.endpoint->counters.submitted;
  count(*live.endpoint);
  if (!c.wait) return reply(c.ticket, answer::JobAccepted{c.id});
  if (c.ticket == ticket_none) return;
  park(c.ticket, WaiterKind::job, *c.wait).job = &live;
  live.waiter = c.ticket;
}

void State::on(const command::CancelJob& c) {
  LiveJob* live = find_job(c.id);
  if (live == nullptr || live->job.endpoint != c.endpoint) return reply(c.ticket, answer::JobNotLive{});
  const FinalJob final = end_job(*live, {JobEvent::cancelled, EndReason::cancelled, {}, nullptr});
  reply(c.ticket, answer::JobEnded{final});
}

void State::on(const command::PurgeQueue& c) {
  LiveEndpoint* endpoint = visible_endpoint(c.endpoint);
  if (endpoint == nullptr) return refuse(c.ticket, Errc::not_found, "endpoint not found");
  doom_queue(*endpoint, c.ticket);
}

void State::on(const command::ShortenRetention& c) {
  save(record::RetentionShortened{c.id, later(now_, c.keep)});
  reply(c.ticket, answer::Acknowledged{});
}

void State::on(const command::Abandon& c) {
  if (c.asker == ticket_none) return;
  const auto open = waiters.find(c.asker);
  if (open != waiters.end()) answer(open->second, answer::Abandoned{});
}

}  // namespace pilotlight::core

#pragma once

#include <optional>
#include <vector>

#include "domain/definitions/answers.hpp"
#include "domain/jobs/answers.hpp"
#include "domain/workers/answers.hpp"
#include "service/context.hpp"

// Operations on the queue and the workers of an endpoint. Each is refused if there is no such endpoint.
namespace pilotlight::service {

awaitable<Result<answer::Health>> read_health(Context& context, Exchange& exchange, EndpointId endpoint);
/// The health of each of these endpoints, in their order; nullopt for one that is not there.
awaitable<std::vector<std::optional<answer::Health>>> read_healths(Context& context, Exchange& exchange,
                                                                   std::vector<EndpointId> endpoints);
awaitable<Result<answer::Metrics>> read_metrics(Context& context, Exchange& exchange, EndpointId endpoint);
awaitable<Result<answer::Workers>> read_workers(Context& context, Exchange& exchange, EndpointId endpoint);

/// The workers of an endpoint and what its health says of them, asked together.
struct WorkersAndHealth {
  answer::Workers workers;
  answer::Health health;
};
awaitable<Result<WorkersAndHealth>> read_workers_and_health(Context& context, Exchange& exchange,
                                                            EndpointId endpoint);

/// Returns when every job that was queued is cancelled.
awaitable<Result<answer::QueuePurged>> purge_queue(Context& context, Exchange& exchange, EndpointId endpoint);

/// Replaces the workers that the runtime started; `kill`: those that run jobs at once, else after their jobs.
awaitable<Result<answer::EndpointSaved>> restart_workers(Context& context, Exchange& exchange,
                                                         EndpointId endpoint, bool kill);

}  // namespace pilotlight::service

#include "service/endpoints/endpoints.hpp"

#include "service/ask.hpp"

namespace pilotlight::service {

awaitable<Result<answer::Health>> read_health(Context& context, Exchange& exchange, EndpointId endpoint) {
  return ask<answer::Health>(context, exchange, command::ReadHealth{ticket_none, endpoint});
}

awaitable<Result<answer::Metrics>> read_metrics(Context& context, Exchange& exchange, EndpointId endpoint) {
  return ask<answer::Metrics>(context, exchange, command::ReadMetrics{ticket_none, endpoint});
}

awaitable<Result<answer::Workers>> read_workers(Context& context, Exchange& exchange, EndpointId endpoint) {
  return ask<answer::Workers>(context, exchange, command::ReadWorkers{ticket_none, endpoint});
}

awaitable<Result<answer::QueuePurged>> purge_queue(Context& context, Exchange& exchange,
                                                   EndpointId endpoint) {
  return ask<answer::QueuePurged>(context, exchange, command::PurgeQueue{ticket_none, endpoint});
}

awaitable<Result<answer::EndpointSaved>> restart_workers(Context& context, Exchange& exchange,
                                                         EndpointId endpoint, bool kill) {
  return ask<answer::EndpointSaved>(context, exchange, command::RestartWorkers{ticket_none, endpoint, kill});
}

}  // namespace pilotlight::service

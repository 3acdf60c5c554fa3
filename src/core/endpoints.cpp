#include "core/dispatch.hpp"
#include "core/mutant.hpp"

namespace pilotlight::core {

void Dispatch::touch(LiveEndpoint& endpoint) {
  if (endpoint.touched) return;
  endpoint.touched = true;
  touched_.push_back(&endpoint);
}

void Dispatch::note_poll_by_hand(LiveEndpoint& endpoint) {
  if (endpoint.endpoint->polled_by_hand || mutant(Mutant::poll_by_hand_ignored)) return;
  Endpoint value = *endpoint.endpoint;
  value.polled_by_hand = true;
  call_.save(record::EndpointSaved{value, endpoint.deleting});
  endpoint.endpoint = std::make_shared<const Endpoint>(std::move(value));
}

void Dispatch::remove_endpoint(LiveEndpoint& endpoint) {
  ASSERT(endpoint.queued() == 0 && endpoint.in_progress == 0 && endpoint.workers.empty());
  call_.save(record::EndpointRemoved{endpoint.id});
  call_.drop(endpoint.endpoint->env);
  deadlines_.clear(endpoint);
  std::erase(touched_, &endpoint);
  std::erase(uncounted_, &endpoint);
  definitions_.remove_endpoint(endpoint.id);
}

}  // namespace pilotlight::core

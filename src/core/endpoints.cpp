#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

void State::touch(LiveEndpoint& endpoint) {
  if (endpoint.touched) return;
  endpoint.touched = true;
  touched.push_back(&endpoint);
}

void State::note_poll_by_hand(LiveEndpoint& endpoint) {
  if (endpoint.endpoint->polled_by_hand || mutant(Mutant::poll_by_hand_ignored)) return;
  Endpoint value = *endpoint.endpoint;
  value.polled_by_hand = true;
  call.save(record::EndpointSaved{value, endpoint.deleting});
  endpoint.endpoint = std::make_shared<const Endpoint>(std::move(value));
}

void State::remove_endpoint(LiveEndpoint& endpoint) {
  ASSERT(endpoint.queued() == 0 && endpoint.in_progress == 0 && endpoint.workers.empty());
  call.save(record::EndpointRemoved{endpoint.id});
  call.drop(endpoint.endpoint->env);
  deadlines.clear(endpoint);
  std::erase(touched, &endpoint);
  std::erase(uncounted, &endpoint);
  definitions.remove_endpoint(endpoint.id);
}

}  // namespace pilotlight::core

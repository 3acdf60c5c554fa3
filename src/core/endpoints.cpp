#include <algorithm>

#include "core/mutant.hpp"
#include "core/state.hpp"

namespace pilotlight::core {

LiveEndpoint* State::find_endpoint(const EndpointId& id) const {
  const auto found = endpoint_index.find(id);
  return found == endpoint_index.end() ? nullptr : found->second;
}

LiveEndpoint* State::visible_endpoint(const EndpointId& id) const {
  LiveEndpoint* endpoint = find_endpoint(id);
  return endpoint == nullptr || endpoint->deleting ? nullptr : endpoint;
}

const Template* State::find_template(const TemplateId& id) const {
  const auto found =
      std::find_if(templates.begin(), templates.end(), [&id](const auto& known) { return known->id == id; });
  return found == templates.end() ? nullptr : found->get();
}

LiveEndpoint& State::intern_endpoint(const EndpointId& id) {
  if (LiveEndpoint* known = find_endpoint(id)) return *known;
  LiveEndpoint& made = *endpoints.emplace_back(std::make_unique<LiveEndpoint>());
  made.id = id;
  made.counters.endpoint = id;
  endpoint_index[id] = &made;
  return made;
}

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
  endpoint_index.erase(endpoint.id);
  std::erase_if(endpoints, [&endpoint](const auto& owned) { return owned.get() == &endpoint; });
}

}  // namespace pilotlight::core

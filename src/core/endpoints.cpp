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

const Template* Dispatch::bound_template(const Endpoint& endpoint) const {
  const Template* used = definitions_.find_template(endpoint.template_id);
  return used != nullptr && !used->bound_endpoint.empty() ? used : nullptr;
}

void Dispatch::remove_template(const Template& removed) {
  const TemplateId id = removed.id;
  call_.save(record::TemplateRemoved{id});
  call_.drop(removed.env);
  definitions_.remove_template(id);
}

void Dispatch::remove_endpoint(LiveEndpoint& endpoint) {
  ASSERT(endpoint.queued() == 0 && endpoint.in_progress == 0 && endpoint.workers.empty());
  call_.save(record::EndpointRemoved{endpoint.id});
  call_.drop(endpoint.endpoint->env);
  const Template* bound = bound_template(*endpoint.endpoint);
  if (bound != nullptr && !mutant(Mutant::bound_template_left)) remove_template(*bound);
  deadlines_.clear(endpoint);
  std::erase(touched_, &endpoint);
  std::erase(uncounted_, &endpoint);
  definitions_.remove_endpoint(endpoint.id);
}

}  // namespace pilotlight::core

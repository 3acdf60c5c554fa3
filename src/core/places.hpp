#pragma once

#include "domain/definitions/endpoint.hpp"

namespace pilotlight::core {

/// Two fields of an endpoint name its data centers, locations and data_center_ids, and two its network
/// volumes, network_volume_id and network_volume_ids: a client may know only one of a pair. Where `after`
/// differs from `before` in one of a pair, the other one follows. Where it differs in both, both stay.
void agree_on_places(const Endpoint& before, Endpoint& after);

}  // namespace pilotlight::core

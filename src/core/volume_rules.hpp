#pragma once

#include <optional>
#include <string>

#include "core/call.hpp"
#include "core/definitions.hpp"
#include "domain/definitions/endpoint.hpp"

namespace pilotlight::core {

/// The refusal of a change of the network volumes that an endpoint names; nullopt if it is sound. Ids that
/// the endpoint named before may be nobody's: older versions kept any.
std::optional<std::string> invalid_volumes(const Endpoint& before, const Endpoint& after,
                                           const Definitions& definitions);

/// The endpoint that names this volume and is not being deleted; null: none does.
const LiveEndpoint* user_of(const VolumeId& volume, const Definitions& definitions);

/// After a restart: the folder of each volume is made if it is missing, and removals go on.
void restore_folders(Volumes& volumes, Call& call);

}  // namespace pilotlight::core

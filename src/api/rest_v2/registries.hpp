#pragma once

#include <vector>

#include "api/rest_v2/operation.hpp"

namespace pilotlight::api::rest_v2 {

/// Lists, makes, shows and deletes credentials for container registries; no answer has a password or
/// username. `context` outlives them.
std::vector<Operation> registry_operations(Context& context);

}  // namespace pilotlight::api::rest_v2

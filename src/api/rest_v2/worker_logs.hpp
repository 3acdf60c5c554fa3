#pragma once

#include <vector>

#include "api/rest_v2/operation.hpp"

namespace pilotlight::api::rest_v2 {

/// The log of a worker. `context` outlives it.
std::vector<Operation> worker_log_operations(Context& context);

}  // namespace pilotlight::api::rest_v2

#pragma once

#include <vector>

#include "api/rest_v2/operation.hpp"

namespace pilotlight::api::rest_v2::serverless {

/// /v2/serverless and all below it. `context` outlives the operations.
std::vector<Operation> operations(Context& context);

}  // namespace pilotlight::api::rest_v2::serverless

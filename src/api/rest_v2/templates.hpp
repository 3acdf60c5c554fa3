#pragma once

#include <vector>

#include "api/rest_v2/operation.hpp"

namespace pilotlight::api::rest_v2 {

/// /v2/templates: free-standing templates. One that is bound to an endpoint is not found here.
std::vector<Operation> template_operations(Context& context);

}  // namespace pilotlight::api::rest_v2

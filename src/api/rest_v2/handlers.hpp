#pragma once

#include <vector>

#include "api/context.hpp"
#include "api/doors.hpp"

namespace pilotlight::api::rest_v2 {

/// /v2/serverless, /v2/templates, …: management as RunPod's REST API v2 has it.
std::vector<Door> doors(Context& context);

}  // namespace pilotlight::api::rest_v2

#pragma once

#include <vector>

#include "api/context.hpp"
#include "api/doors.hpp"
#include "api/rate_limits.hpp"

namespace pilotlight::api::rest_v2 {

/// /v2/serverless, /v2/templates, …: management as RunPod's REST API v2 has it.
std::vector<Door> doors(Context& context, const std::vector<RateLimit>& limits);

}  // namespace pilotlight::api::rest_v2

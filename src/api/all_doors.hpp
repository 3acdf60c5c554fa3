#pragma once

#include <vector>

#include "api/context.hpp"
#include "api/cross_origin.hpp"
#include "api/doors.hpp"
#include "api/rate_limits.hpp"

namespace pilotlight::api {

/// Every door of the server. `context` outlives them.
std::vector<Door> all_doors(Context& context, const std::vector<RateLimit>& limits,
                            const CrossOrigins& origins);

}  // namespace pilotlight::api

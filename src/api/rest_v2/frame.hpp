#pragma once

#include <vector>

#include "api/doors.hpp"
#include "api/rate_limits.hpp"
#include "api/rest_v2/operation.hpp"

// Around every operation: keys, bodies, queries, refusals as problem details, ids of requests.
namespace pilotlight::api::rest_v2 {

/// The doors of these operations, for which a key is needed, and of the open ones, for which none is; and
/// refusals of all else below the words that management owns under /v2, which are never ids of endpoints.
/// `limits`: how often a key may come through all but the open ones.
std::vector<Door> framed(Context& context, const std::vector<RateLimit>& limits,
                         std::vector<Operation> operations, std::vector<net::Route> open_routes);

}  // namespace pilotlight::api::rest_v2

#pragma once

#include <vector>

#include "api/rate_limits.hpp"

namespace pilotlight::api::rest_v2 {

/// The same routes, whose requests count, by key, toward the limits of the operation "management": beyond one
/// they are refused with 429. Answers tell in RateLimit and RateLimit-Policy what is left. Without such a
/// limit the routes stay as they are.
std::vector<AccountRoute> with_rate_windows(const std::vector<RateLimit>& limits,
                                            std::vector<AccountRoute> routes);

}  // namespace pilotlight::api::rest_v2

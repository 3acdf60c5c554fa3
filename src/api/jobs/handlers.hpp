#pragma once

#include <vector>

#include "api/with_key.hpp"

namespace pilotlight::api {

/// The clients' job operations (docs/protocol.md 10). `context` outlives the routes.
std::vector<AccountRoute> job_routes(Context& context);

}  // namespace pilotlight::api

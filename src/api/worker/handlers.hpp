#pragma once

#include <vector>

#include "api/with_key.hpp"

namespace pilotlight::api {

/// The calls of workers (docs/protocol.md 1). `context` outlives the doors.
std::vector<Door> worker_doors(Context& context);

/// The registration of a worker started by hand: its variables. `context` outlives the routes.
std::vector<AccountRoute> worker_env_routes(Context& context);

}  // namespace pilotlight::api

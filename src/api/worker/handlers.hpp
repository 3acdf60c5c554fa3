#pragma once

#include <vector>

#include "api/context.hpp"
#include "net/handler.hpp"

namespace pilotlight::api {

/// What workers call (data plane reference 2), and the registration of a worker started by hand. `context`
/// outlives the routes.
std::vector<net::Route> worker_routes(Context& context);

}  // namespace pilotlight::api

#pragma once

#include <vector>

#include "api/context.hpp"
#include "net/handler.hpp"

namespace pilotlight::api {

/// POST /graphql (docs/protocol.md 11.1). `context` outlives the routes.
std::vector<net::Route> graphql_routes(Context& context);

}  // namespace pilotlight::api

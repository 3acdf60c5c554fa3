#pragma once

#include <vector>

#include "api/context.hpp"
#include "api/doors.hpp"

namespace pilotlight::api {

/// POST /graphql (docs/protocol.md 11.1). `context` outlives the doors.
std::vector<Door> graphql_doors(Context& context);

}  // namespace pilotlight::api

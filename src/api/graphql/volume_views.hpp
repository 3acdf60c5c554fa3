#pragma once

#include "graphql/schema.hpp"

namespace pilotlight::api {

/// Lets the fields of the type NetworkVolume be found, and those of users and endpoints that show volumes.
void resolve_volumes(graphql::Schema& schema);

}  // namespace pilotlight::api

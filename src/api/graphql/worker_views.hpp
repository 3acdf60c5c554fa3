#pragma once

#include "graphql/schema.hpp"

namespace pilotlight::api {

/// Lets the fields of the type Pod be found, and those of an endpoint that show what its workers and jobs do.
void resolve_workers(graphql::Schema& schema);

}  // namespace pilotlight::api

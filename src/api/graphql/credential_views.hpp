#pragma once

#include "graphql/schema.hpp"

namespace pilotlight::api {

/// Lets registry credentials and secrets be found, and the fields of their types. There is none for values
/// and passwords.
void resolve_credentials(graphql::Schema& schema);

}  // namespace pilotlight::api

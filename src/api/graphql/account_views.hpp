#pragma once

#include "graphql/schema.hpp"

namespace pilotlight::api {

/// Lets the fields of the type User be found that show no definition: money, which nobody pays here, notices,
/// which nobody gets, and lists of what cannot be made.
void resolve_account(graphql::Schema& schema);

}  // namespace pilotlight::api

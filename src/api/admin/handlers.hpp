#pragma once

#include <vector>

#include "api/with_key.hpp"

// The administration of the server under /admin/v1 (docs/keys.md).
namespace pilotlight::api {

/// API keys. `context` outlives the routes.
std::vector<AccountRoute> key_routes(Context& context);

/// The description of the routes, which needs no key.
std::vector<Door> admin_doors();

}  // namespace pilotlight::api

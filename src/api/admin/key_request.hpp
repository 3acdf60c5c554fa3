#pragma once

#include "base/body.hpp"
#include "base/error.hpp"
#include "domain/accounts/api_key.hpp"

namespace pilotlight::api {

/// The key that a POST of /admin/v1/keys asks for: name, role and endpoints.
Result<ApiKey> parse_key_request(const Body& body);

}  // namespace pilotlight::api

#pragma once

#include <span>
#include <string>
#include <string_view>

#include "api/rest_v2/operation.hpp"

namespace pilotlight::api::rest_v2 {

/// The OpenAPI 3.1 document of these operations, on a server with this address.
std::string openapi_document(std::span<const Operation> operations, std::string_view url);

}  // namespace pilotlight::api::rest_v2

#pragma once

#include <string_view>

namespace pilotlight::api {

/// What /admin/v1 offers, as OpenAPI 3.1.
extern const std::string_view admin_openapi;

}  // namespace pilotlight::api

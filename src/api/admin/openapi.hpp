#pragma once

#include <string_view>

namespace pilotlight::api {

/// The OpenAPI 3.1 document of /admin/v1.
extern const std::string_view admin_openapi;

}  // namespace pilotlight::api

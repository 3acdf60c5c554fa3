#pragma once

#include <vector>

#include "api/rest_v2/operation.hpp"

namespace pilotlight::api::rest_v2 {

/// /v2/catalog: what an endpoint may ask for, and no public templates.
std::vector<Operation> catalog_operations();

}  // namespace pilotlight::api::rest_v2

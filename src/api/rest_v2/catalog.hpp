#pragma once

#include <vector>

#include "api/rest_v2/operation.hpp"
#include "catalog/prices.hpp"

namespace pilotlight::api::rest_v2 {

/// /v2/catalog: what an endpoint may ask for, and no public templates. `prices` outlives the operations.
std::vector<Operation> catalog_operations(const catalog::Prices& prices);

}  // namespace pilotlight::api::rest_v2

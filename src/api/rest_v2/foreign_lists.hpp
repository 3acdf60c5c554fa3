#pragma once

#include <vector>

#include "api/rest_v2/operation.hpp"

namespace pilotlight::api::rest_v2 {

/// The lists of what RunPod has and this server has not: they are empty.
std::vector<Operation> foreign_list_operations();

}  // namespace pilotlight::api::rest_v2

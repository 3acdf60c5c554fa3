#pragma once

#include <vector>

#include "api/with_key.hpp"

namespace pilotlight::api {

/// /v2/ENDPOINT/openai/…: requests to the OpenAI API become jobs for workers that speak it.
std::vector<AccountRoute> openai_routes(Context& context);

}  // namespace pilotlight::api

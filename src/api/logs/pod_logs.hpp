#pragma once

#include <vector>

#include "api/with_key.hpp"

// GET /v1/pod/WORKER/logs, RunPod's older API of logs, which the `rp` command of the runpod package uses.
namespace pilotlight::api {

/// `context` outlives the routes.
std::vector<AccountRoute> pod_log_routes(Context& context);

}  // namespace pilotlight::api

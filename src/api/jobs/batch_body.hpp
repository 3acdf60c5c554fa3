#pragma once

#include <vector>

#include "api/jobs/job_request.hpp"

namespace pilotlight::api {

/// The requests in a body: an array of what /run takes, or {"requests": that array}; none in an empty body.
/// The refusal says which one is wrong.
Result<std::vector<JobRequest>> parse_batch(const Body& body);

}  // namespace pilotlight::api

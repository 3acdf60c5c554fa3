#pragma once

#include "base/body.hpp"
#include "base/error.hpp"
#include "service/jobs/job_request.hpp"

namespace pilotlight::api {

using service::JobRequest;

/// Reads a body of /run or /runsync. Refuses what cannot be made strict JSON, lacks an input, or sets a
/// policy outside its bounds, in words that say what to do.
Result<JobRequest> parse_job_request(const Body& body);

}  // namespace pilotlight::api

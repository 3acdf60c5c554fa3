#pragma once

#include <string>

#include "base/body.hpp"
#include "base/error.hpp"
#include "domain/job.hpp"

namespace pilotlight::api {

/// A body of /run or /runsync taken apart. Bodies are validated here once and never parsed again.
struct JobRequest {
  Body input;          ///< the raw value
  std::string extras;  ///< webhook and s3Config as JSON fields without braces; may be empty
  JobPolicy policy;
  JobTurn turn;
  bool webhook = false;  ///< there is one among the extras
};

/// Refuses what cannot be made strict JSON, lacks an input, or sets a policy outside its bounds, in words
/// that say what to do.
Result<JobRequest> parse_job_request(const Body& body);

}  // namespace pilotlight::api

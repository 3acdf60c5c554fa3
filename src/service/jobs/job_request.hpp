#pragma once

#include <string>

#include "base/body.hpp"
#include "domain/jobs/job.hpp"

namespace pilotlight::service {

/// A new job as its client wishes it. Bodies are validated before and never parsed again.
struct JobRequest {
  Body input;          ///< the raw value
  std::string extras;  ///< JSON fields without braces that the worker gets beside the input; may be empty
  JobPolicy policy;
  JobTurn turn;
  bool webhook = false;  ///< the job's end is told to a webhook, whose URL is among the extras
};

}  // namespace pilotlight::service

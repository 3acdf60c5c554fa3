#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/time.hpp"
#include "domain/ids.hpp"
#include "domain/jobs/job.hpp"
#include "domain/payload.hpp"

namespace pilotlight {

//   draft --its requests became jobs--> finalized
//     |                                     |
//     '-----------> cancelled <-------------'
enum class BatchState : std::uint8_t { draft = 1, finalized = 2, cancelled = 3 };

/// How a batch's requests ended, once all have.
struct BatchEnd {
  std::uint32_t completed = 0;
  std::uint32_t failed = 0;  ///< in whatever other way

  friend bool operator==(const BatchEnd&, const BatchEnd&) = default;
};

/// Requests of one endpoint that are collected and become jobs together. Only the store and the doors know of
/// it; to the core its jobs are jobs.
struct Batch {
  RowNumber number = 0;
  EndpointId endpoint;
  BatchState state = BatchState::draft;
  std::uint32_t requests = 0;
  Timestamp created{};
  Timestamp expires{};          ///< then it is forgotten, with those of its requests that are no jobs
  std::optional<BatchEnd> end;  ///< absent while requests are open, or until somebody has looked

  friend bool operator==(const Batch&, const Batch&) = default;
};

/// A job to be.
struct BatchRequest {
  RowNumber batch = 0;
  JobId id;
  JobPolicy policy;
  PayloadRef input;
  PayloadRef extras;
  bool webhook = false;  ///< as Job::webhook
  JobTurn turn{};

  friend bool operator==(const BatchRequest&, const BatchRequest&) = default;
};

}  // namespace pilotlight

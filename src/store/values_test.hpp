#pragma once

#include "domain/jobs/job.hpp"

namespace pilotlight::store::testing {

inline const EndpointId endpoint = *EndpointId::parse("endpoint000001");

/// A queued job in this row.
inline Job job(RowNumber row) {
  Job value;
  value.id = JobId::make(row, false, row * 7919);
  value.endpoint = endpoint;
  value.submitted = timestamp_from_ms(5);
  value.holders = {*WorkerId::parse("w")};
  return value;
}

}  // namespace pilotlight::store::testing

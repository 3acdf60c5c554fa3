#pragma once

#include "base/assert.hpp"
#include "domain/jobs/job.hpp"
#include "domain/limits.hpp"

namespace pilotlight::core {

/// How long the row of a final job of this class is kept.
constexpr milliseconds retention_of(RetentionClass retention, const Limits& limits) {
  switch (retention) {
    case RetentionClass::run: return limits.retention_run;
    case RetentionClass::runsync: return limits.retention_runsync;
    case RetentionClass::runsync_wait: return limits.retention_runsync_wait;
    case RetentionClass::batch: return limits.retention_batch;
  }
  UNREACHABLE();
}

}  // namespace pilotlight::core

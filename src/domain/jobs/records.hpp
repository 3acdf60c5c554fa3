#pragma once

#include <cstdint>
#include <variant>

#include "base/time.hpp"
#include "domain/jobs/batch.hpp"
#include "domain/jobs/idempotency.hpp"
#include "domain/jobs/job.hpp"
#include "domain/jobs/stream.hpp"

namespace pilotlight::record {

/// A job that is not final.
struct JobSaved {
  static constexpr std::uint8_t wire = 8;
  Job value;
};

/// The job left the core: its live row goes, its final row comes, in one step.
struct JobFinished {
  static constexpr std::uint8_t wire = 9;
  FinalJob value;
};

/// The job is live again: its final row goes, its input stays. Its JobSaved follows. Not restored.
struct JobRevived {
  static constexpr std::uint8_t wire = 13;
  JobId id;
};

/// A final row expires at this time, if not earlier; nothing happens without a row. Not restored.
struct RetentionShortened {
  static constexpr std::uint8_t wire = 10;
  JobId id;
  Timestamp expires{};
};

/// Totals since the endpoint was made; at most one a batch and endpoint.
struct CountersSaved {
  static constexpr std::uint8_t wire = 5;
  EndpointId endpoint;
  std::uint64_t completed = 0, failed = 0, cancelled = 0, timed_out = 0, retried = 0, submitted = 0;

  friend bool operator==(const CountersSaved&, const CountersSaved&) = default;
};

/// The state of a stream; its job is live, or ended and is kept. Restored with the jobs.
struct StreamSaved {
  static constexpr std::uint8_t wire = 14;
  StreamState value;
};

/// A job's next chunk. Its bytes are committed with this batch; those of place file are no longer an
/// orphan. Not restored.
struct ChunkSaved {
  static constexpr std::uint8_t wire = 15;
  JobId job;
  std::uint32_t run = 0;
  std::uint32_t number = 0;
  PayloadRef chunk;
};

/// All chunks of the job go, not the state of its stream. Not restored.
struct ChunksDropped {
  static constexpr std::uint8_t wire = 16;
  JobId job;
};

/// Not restored.
struct BatchSaved {
  static constexpr std::uint8_t wire = 18;
  Batch value;
};

/// A request of a draft. Not restored.
struct BatchRequestSaved {
  static constexpr std::uint8_t wire = 19;
  BatchRequest value;
};

/// Not restored.
struct BatchRequestRemoved {
  static constexpr std::uint8_t wire = 20;
  RowNumber batch = 0;
  JobId id;
};

/// A key and what it names, in place of what it named before if that has expired. Not restored.
struct IdempotencySaved {
  static constexpr std::uint8_t wire = 21;
  Idempotency value;
};

}  // namespace pilotlight::record

namespace pilotlight {

using JobRecords =
    std::variant<record::JobSaved, record::JobFinished, record::JobRevived, record::RetentionShortened,
                 record::CountersSaved, record::StreamSaved, record::ChunkSaved, record::ChunksDropped,
                 record::BatchSaved, record::BatchRequestSaved, record::BatchRequestRemoved,
                 record::IdempotencySaved>;

}  // namespace pilotlight

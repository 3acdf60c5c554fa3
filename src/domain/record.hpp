#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "base/time.hpp"
#include "domain/batch.hpp"
#include "domain/endpoint.hpp"
#include "domain/idempotency.hpp"
#include "domain/job.hpp"
#include "domain/stream.hpp"
#include "domain/template.hpp"
#include "domain/webhook.hpp"
#include "domain/worker.hpp"

/// Everything that is remembered. A record is the whole new value of one thing or its removal, so applying a
/// record twice is the same as once, and the live state is the last record of each thing.
namespace pilotlight::record {

struct TemplateSaved {
  static constexpr std::uint8_t wire = 0;
  Template value;
};
struct TemplateRemoved {
  static constexpr std::uint8_t wire = 1;
  TemplateId id;
};
struct EndpointSaved {
  static constexpr std::uint8_t wire = 2;
  Endpoint value;
  /// It is out of sight and ends when its jobs and workers have.
  bool deleting = false;
};
struct EndpointRemoved {
  static constexpr std::uint8_t wire = 3;
  EndpointId id;
};
struct ApiKeySaved {
  static constexpr std::uint8_t wire = 4;
  std::string sha256_hex;  ///< the account has one key: the last saved
};

/// Totals since the endpoint was made; at most one a batch and endpoint.
struct CountersSaved {
  static constexpr std::uint8_t wire = 5;
  EndpointId endpoint;
  std::uint64_t completed = 0, failed = 0, cancelled = 0, timed_out = 0, retried = 0, submitted = 0;

  friend bool operator==(const CountersSaved&, const CountersSaved&) = default;
};

struct WorkerSaved {
  static constexpr std::uint8_t wire = 6;
  Worker value;
};
struct WorkerRemoved {
  static constexpr std::uint8_t wire = 7;
  WorkerId id;
};

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
/// Of a live job, or of one that ended and is kept. Restored with the jobs.
struct StreamSaved {
  static constexpr std::uint8_t wire = 14;
  StreamState value;
};
/// The next chunk; its bytes are committed with this batch, or those of place file are no longer an orphan.
/// Not restored.
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
/// The job is live again: its final row goes, its input stays. Its JobSaved follows. Not restored.
struct JobRevived {
  static constexpr std::uint8_t wire = 13;
  JobId id;
};
/// The final row of the job, and all it names, stay while this is open, also beyond their expiry; they are
/// not to be seen then. Restored while it is open. It goes with the row.
struct WebhookSaved {
  static constexpr std::uint8_t wire = 17;
  Webhook value;
  std::optional<WebhookAttempt> attempt{};  ///< the last, which has just ended
};
/// Not restored: a matter of the final row alone. The earlier of the two times holds; no row, no effect.
struct RetentionShortened {
  static constexpr std::uint8_t wire = 10;
  JobId id;
  Timestamp expires{};
};

/// Not restored.
struct BatchSaved {
  static constexpr std::uint8_t wire = 18;
  Batch value;
};
/// Of a batch that is a draft. Not restored.
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

/// In the place of what the key named before, if that has expired. Not restored.
struct IdempotencySaved {
  static constexpr std::uint8_t wire = 21;
  Idempotency value;
};

/// This payload is named by what is remembered from now on: bytes of place row are committed with this batch,
/// those of place file are no longer an orphan. Not restored.
struct PayloadKept {
  static constexpr std::uint8_t wire = 11;
  PayloadRef ref;
};
/// Nothing names this payload any more. Not restored.
struct PayloadDropped {
  static constexpr std::uint8_t wire = 12;
  PayloadRef ref;
};

}  // namespace pilotlight::record

namespace pilotlight {

using Record =
    std::variant<record::TemplateSaved, record::TemplateRemoved, record::EndpointSaved,
                 record::EndpointRemoved, record::ApiKeySaved, record::CountersSaved, record::WorkerSaved,
                 record::WorkerRemoved, record::JobSaved, record::JobFinished, record::RetentionShortened,
                 record::PayloadKept, record::PayloadDropped, record::JobRevived, record::StreamSaved,
                 record::ChunkSaved, record::ChunksDropped, record::WebhookSaved, record::BatchSaved,
                 record::BatchRequestSaved, record::BatchRequestRemoved, record::IdempotencySaved>;

}  // namespace pilotlight

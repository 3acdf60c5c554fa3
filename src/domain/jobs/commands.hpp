#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "domain/jobs/batch.hpp"
#include "domain/jobs/idempotency.hpp"
#include "domain/jobs/job.hpp"
#include "domain/jobs/stream.hpp"

namespace pilotlight::command {

/// A new job. Refused while its endpoint is paused, or if its turn comes only after its time to live.
/// Answer: JobAccepted; with `wait`, JobEnded when the job ends, else JobLive when the wait is over.
struct SubmitJob {
  static constexpr std::uint8_t wire = 7;
  Ticket ticket = ticket_none;
  JobId id;
  EndpointId endpoint;
  PayloadRef input;
  PayloadRef extras;
  JobPolicy policy;
  RetentionClass retention = RetentionClass::run;
  std::optional<milliseconds> wait;
  bool webhook = false;  ///< the extras name a URL that shall be told of the end
  JobTurn turn{};
  /// Remembered with the job. Its claim is held, and the store has no job under it.
  std::optional<IdempotencyKey> idempotency{};
};

/// Several jobs, in order, whose bodies are stored already: at most 1,000, without waits. Answer:
/// JobsAccepted.
struct SubmitJobs {
  static constexpr std::uint8_t wire = 34;
  Ticket ticket = ticket_none;
  std::vector<SubmitJob> jobs;
};

/// Answer: JobLive, or JobNotLive (final or unknown: the store knows). With `wait`, a live job's is JobEnded
/// when it ends, else JobLive when the wait is over.
struct ReadJob {
  static constexpr std::uint8_t wire = 8;
  Ticket ticket = ticket_none;
  EndpointId endpoint;
  JobId id;
  std::optional<milliseconds> wait{};
};

/// Answer: JobEnded, or JobNotLive.
struct CancelJob {
  static constexpr std::uint8_t wire = 9;
  Ticket ticket = ticket_none;
  EndpointId endpoint;
  JobId id;
};

/// Cancels all jobs queued now; running ones go on. Answer: QueuePurged, when the last of them is cancelled.
struct PurgeQueue {
  static constexpr std::uint8_t wire = 10;
  Ticket ticket = ticket_none;
  EndpointId endpoint;
};

/// Answer: Health.
struct ReadHealth {
  static constexpr std::uint8_t wire = 12;
  Ticket ticket = ticket_none;
  EndpointId endpoint;
};

/// Answer: Metrics.
struct ReadMetrics {
  static constexpr std::uint8_t wire = 32;
  Ticket ticket = ticket_none;
  EndpointId endpoint;
};

/// Reads a live job's stream: the chunks from `after` on or, without it, those behind the last that such a
/// question was given, which it thereby acknowledges. Answer: StreamChunks, without chunks when `hold` is
/// over; JobNotLive if the job is not live or ends meanwhile: the store then has the rest.
struct ReadStream {
  static constexpr std::uint8_t wire = 28;
  Ticket ticket = ticket_none;
  EndpointId endpoint;
  JobId id;
  std::optional<StreamPosition> after;
  milliseconds hold{0};
};

/// Remembers how far a final job's stream was read by questions without a position. Answer: Acknowledged,
/// always.
struct MoveStream {
  static constexpr std::uint8_t wire = 29;
  Ticket ticket = ticket_none;
  StreamState stream;
};

/// Queues a job again that failed or timed out, with the time to live, the attempts and the place in the
/// queue of a new job. `job` is its row and `stream` its stream, read under a claim after `read`. Answer:
/// JobAccepted.
struct RetryJob {
  static constexpr std::uint8_t wire = 27;
  Ticket ticket = ticket_none;
  FinalJob job;
  Timestamp read{};
  std::optional<StreamState> stream{};
};

/// Makes a final job's row expire `keep` from now, if it would be kept for longer. Answer: Acknowledged,
/// always.
struct ShortenRetention {
  static constexpr std::uint8_t wire = 11;
  Ticket ticket = ticket_none;
  JobId id;
  milliseconds keep{0};
};

/// Stores a batch and changes its requests: those of `removed` go with their payloads, then those of
/// `added` come with theirs. A request that changes is in both lists. The batch was read under a claim.
/// Answer: Acknowledged, always.
struct SaveBatch {
  static constexpr std::uint8_t wire = 33;
  Ticket ticket = ticket_none;
  Batch batch;
  std::vector<BatchRequest> removed;
  std::vector<BatchRequest> added;
};

/// Asks for the exclusive right to change what only the store knows, such as a final job. Each name has one
/// holder at a time. Answer: Claimed, once the claim is free: the changes of earlier holders are then in
/// the store. NoJob when `wait` is over.
struct Claim {
  static constexpr std::uint8_t wire = 25;
  Ticket ticket = ticket_none;
  std::string name;
  milliseconds wait{0};
};

/// Gives a claim to the next asker. Every holder sends this once, and nobody else does. No answer.
struct Release {
  static constexpr std::uint8_t wire = 26;
  std::string name;
};

}  // namespace pilotlight::command

namespace pilotlight {

using JobCommands =
    std::variant<command::SubmitJob, command::SubmitJobs, command::ReadJob, command::CancelJob,
                 command::PurgeQueue, command::ReadHealth, command::ReadMetrics, command::ReadStream,
                 command::MoveStream, command::RetryJob, command::ShortenRetention, command::SaveBatch,
                 command::Claim, command::Release>;

}  // namespace pilotlight

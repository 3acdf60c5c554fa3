#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "domain/batch.hpp"
#include "domain/endpoint.hpp"
#include "domain/idempotency.hpp"
#include "domain/job.hpp"
#include "domain/stream.hpp"
#include "domain/template.hpp"
#include "domain/worker.hpp"

/// Everything that can be asked of the control plane or reported to it. Commands are plain values that hold
/// all that was read or drawn at the door (ids, random waits); applying one needs nothing else but the time.
/// A command with a ticket is answered by exactly one Reply effect with that ticket.
namespace pilotlight::command {

// --- management

/// Creates (`create`: the id is fresh) or changes a template. Answer: TemplateSaved.
struct SaveTemplate {
  static constexpr std::uint8_t wire = 0;
  Ticket ticket = ticket_none;
  TemplateId id;
  bool create = false;
  TemplatePatch patch;
};

/// By name, as the public API has it. Refused while an endpoint uses it. Answer: Deleted.
struct DeleteTemplate {
  static constexpr std::uint8_t wire = 1;
  Ticket ticket = ticket_none;
  std::string name;
};

/// Creates (`create`: the id is fresh) or changes an endpoint. Answer: EndpointSaved.
struct SaveEndpoint {
  static constexpr std::uint8_t wire = 2;
  Ticket ticket = ticket_none;
  EndpointId id;
  bool create = false;
  EndpointPatch patch;
};

/// Without `drain`: refused unless workers_min = workers_max = 0. Its jobs are cancelled, its workers
/// stopped. Answer: Deleted, as soon as the endpoint is out of sight.
struct DeleteEndpoint {
  static constexpr std::uint8_t wire = 3;
  Ticket ticket = ticket_none;
  EndpointId id;
  bool drain = false;
};

/// Replaces the endpoint's workers that a runtime started, as a change of its settings does: one without a
/// job stops now, the others stop after their jobs or, with `kill`, now, and their jobs return to the queue
/// uncharged. Answer: EndpointSaved, with the version that new workers have.
struct RestartWorkers {
  static constexpr std::uint8_t wire = 36;
  Ticket ticket = ticket_none;
  EndpointId endpoint;
  bool kill = false;
};

/// Answer: Catalog, which shows everything that was answered before. With `only`: that endpoint and its
/// template alone, as far as they are there.
struct ReadCatalog {
  static constexpr std::uint8_t wire = 4;
  Ticket ticket = ticket_none;
  std::optional<EndpointId> only{};
};

/// Remembers an API key by its SHA-256. Idempotent. Answer: Acknowledged.
struct SaveApiKey {
  static constexpr std::uint8_t wire = 5;
  Ticket ticket = ticket_none;
  std::string sha256_hex;
};

/// A worker that somebody starts by hand. Answer: WorkerRegistered.
struct RegisterWorker {
  static constexpr std::uint8_t wire = 6;
  Ticket ticket = ticket_none;
  WorkerId worker;
  EndpointId endpoint;
};

// --- jobs

/// Refused if its endpoint is paused, or if its turn comes only after its time to live. Answer: JobAccepted;
/// with `wait`, JobEnded when the job ends, else JobLive when the wait is over.
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

/// Several jobs in order whose bodies are stored already; at most 1,000, without waits. Answer: JobsAccepted.
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

/// The right to change what only the store knows, such as a final job: under each name one asker has it at a
/// time. Answer: Claimed, once it is free; what earlier holders did is then in the store. NoJob when `wait`
/// is over.
struct Claim {
  static constexpr std::uint8_t wire = 25;
  Ticket ticket = ticket_none;
  std::string name;
  milliseconds wait{0};
};

/// Gives a claim to the next asker. From its holder only, and always. No answer.
struct Release {
  static constexpr std::uint8_t wire = 26;
  std::string name;
};

/// The chunks of a live job's stream, from `after` on or, without it, from where the last such question had
/// come to; asking that again says that the answer arrived. Answer: StreamChunks, when `hold` is over without
/// chunks; JobNotLive, also when the job ends meanwhile: the store has what is left.
struct ReadStream {
  static constexpr std::uint8_t wire = 28;
  Ticket ticket = ticket_none;
  EndpointId endpoint;
  JobId id;
  std::optional<StreamPosition> after;
  milliseconds hold{0};
};

/// A final job's stream was read up to here by a question without a position. Answer: Acknowledged, always.
struct MoveStream {
  static constexpr std::uint8_t wire = 29;
  Ticket ticket = ticket_none;
  StreamState stream;
};

/// Queues a job anew that had failed or timed out: its time to live, its attempts and its place in the queue
/// are those of a new job. `job` is its row and `stream` what it streamed, read under a claim after `read`.
/// Answer: JobAccepted.
struct RetryJob {
  static constexpr std::uint8_t wire = 27;
  Ticket ticket = ticket_none;
  FinalJob job;
  Timestamp read{};
  std::optional<StreamState> stream{};
};

/// A batch as it is from now on: first some of its requests go with their payloads, then others come with
/// theirs; one that changes does both. What was there before was read under a claim. Answer: Acknowledged,
/// always.
struct SaveBatch {
  static constexpr std::uint8_t wire = 33;
  Ticket ticket = ticket_none;
  Batch batch;
  std::vector<BatchRequest> removed;
  std::vector<BatchRequest> added;
};

/// Lets a final job's row expire `keep` from now if that is earlier than before. Answer: Acknowledged,
/// always.
struct ShortenRetention {
  static constexpr std::uint8_t wire = 11;
  Ticket ticket = ticket_none;
  JobId id;
  milliseconds keep{0};
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

/// Answer: Workers.
struct ReadWorkers {
  static constexpr std::uint8_t wire = 37;
  Ticket ticket = ticket_none;
  EndpointId endpoint;
};

/// The asker is gone: its poll or wait, if still open, is answered with Abandoned and forgotten. `asker` is
/// the ticket of the open question; this command has no answer of its own.
struct Abandon {
  static constexpr std::uint8_t wire = 13;
  Ticket asker = ticket_none;
};

// --- what workers say

/// A poll for jobs. Answer: JobsTaken (at most `max`), or NoJob when `hold` is over or the worker shall get
/// none.
struct TakeJobs {
  static constexpr std::uint8_t wire = 14;
  Ticket ticket = ticket_none;
  WorkerId worker;
  /// When the door had read it: what it states is of that moment, however long it waited to be applied.
  Timestamp arrived{};
  std::uint32_t max = 1;
  /// The poll's own statement whether the worker holds a job; absent is no statement.
  std::optional<bool> job_in_progress;
  SdkVersion sdk;
  milliseconds hold{0};
};

/// The answer with these jobs could not be written: the worker never saw them. `poll` is the ticket of the
/// poll that it answered; a later delivery of the same job to the same worker is another matter.
struct Undelivered {
  static constexpr std::uint8_t wire = 15;
  WorkerId worker;
  Ticket poll = ticket_none;
  std::vector<JobId> jobs;
};

/// A worker's final word on a job. Answer: JobFinished, saying whether it counted.
struct FinishJob {
  static constexpr std::uint8_t wire = 16;
  Ticket ticket = ticket_none;
  WorkerId worker;
  JobId job;
  bool failed = false;
  PayloadRef result;
  /// The worker wants to be replaced (stopPod).
  bool stop_worker = false;
  /// If it failed, how: the beginning of its error, at most attempt_error_bytes_max.
  std::string error{};
};

/// A progress value. Answer: JobFinished, `counted` false if it came too late or from a stranger.
struct ReportProgress {
  static constexpr std::uint8_t wire = 17;
  Ticket ticket = ticket_none;
  WorkerId worker;
  JobId job;
  PayloadRef value;
};

/// A chunk of a job's stream. Answer: JobFinished, `counted` false if it came too late, from one who does not
/// hold the job, or if it ended the job.
struct PostChunk {
  static constexpr std::uint8_t wire = 30;
  Ticket ticket = ticket_none;
  WorkerId worker;
  JobId job;
  PayloadRef chunk;
  bool no_space = false;  ///< the disk has none for the chunk, which is not there: the job fails
};

/// A ping with the jobs the worker says it holds. No answer.
struct Heartbeat {
  static constexpr std::uint8_t wire = 18;
  WorkerId worker;
  std::vector<JobId> jobs;
  SdkVersion sdk;
  /// Set by a worker whose own start-up checks failed; the text is shown as the reason.
  std::optional<std::string> unhealthy;
};

/// A poll for jobs that shall be stopped. Answer: StopJobs, or NoJob when `hold` is over.
struct PollStops {
  static constexpr std::uint8_t wire = 19;
  Ticket ticket = ticket_none;
  WorkerId worker;
  SdkVersion sdk;
  milliseconds hold{0};
};

// --- what the runtime reports; any number of times, in any order

struct WorkerStarted {
  static constexpr std::uint8_t wire = 20;
  WorkerId worker;
};

/// The worker's process is gone, or could not be started. Everything it had sent before is already a command.
struct WorkerExited {
  static constexpr std::uint8_t wire = 21;
  WorkerId worker;
  std::int32_t exit_code = 0;  ///< exit code of the process; -1 if it never ran
  std::int32_t signal = 0;     ///< that ended it; 0 if none
  std::string detail;          ///< why it could not start, or its last output lines; bounded, without secrets
  std::vector<OutputLine> output{};  ///< its last lines with their times, more than in `detail`; bounded
};

/// The last lines that the worker had written when it was asked for them: the answer to effect ReadOutput,
/// which may be late, and lost.
struct WorkerOutput {
  static constexpr std::uint8_t wire = 35;
  WorkerId worker;
  Timestamp asked{};  ///< as in the effect
  std::vector<OutputLine> output;
};

/// Every worker that the runtime knows to be running. Once after start-up, before any other report.
struct WorkersListed {
  static constexpr std::uint8_t wire = 22;
  std::vector<WorkerId> running;
};

// --- what the sender of webhooks reports

/// An attempt has ended. Any number of times, and too late. No answer.
struct WebhookTried {
  static constexpr std::uint8_t wire = 31;
  JobId job;
  Timestamp outcome{};
  std::uint32_t attempt = 0;  ///< as in effect SendWebhook
  std::uint16_t status = 0;   ///< status of the HTTP answer; 0: there was none
  std::string detail;         ///< bounded, without secrets
};

// --- the server itself

/// Answers that were decided at `since` or later left only now, because the disk was slow. What workers said
/// meanwhile was said without them, and their silence may have been ours: proof counts from now on, as after
/// a restart.
struct AnswersDelayed {
  static constexpr std::uint8_t wire = 23;
  Timestamp since{};
};

/// Begin to shut down: no new jobs, all waits answered, workers stopped. Effect Drained when no worker holds
/// a job.
struct Drain {
  static constexpr std::uint8_t wire = 24;
};

/// The server is about to make way for another, which knows nothing of who waits: all waits are answered with
/// how things stand, and later ones at once.
struct EndWaits {
  static constexpr std::uint8_t wire = 38;
};

}  // namespace pilotlight::command

namespace pilotlight {

using Command =
    std::variant<command::SaveTemplate, command::DeleteTemplate, command::SaveEndpoint,
                 command::DeleteEndpoint, command::ReadCatalog, command::SaveApiKey, command::RegisterWorker,
                 command::SubmitJob, command::ReadJob, command::CancelJob, command::PurgeQueue,
                 command::ShortenRetention, command::ReadHealth, command::Abandon, command::TakeJobs,
                 command::Undelivered, command::FinishJob, command::ReportProgress, command::Heartbeat,
                 command::PollStops, command::WorkerStarted, command::WorkerExited, command::WorkersListed,
                 command::AnswersDelayed, command::Drain, command::Claim, command::Release, command::RetryJob,
                 command::ReadStream, command::MoveStream, command::PostChunk, command::WebhookTried,
                 command::ReadMetrics, command::SaveBatch, command::SubmitJobs, command::WorkerOutput,
                 command::RestartWorkers, command::ReadWorkers, command::EndWaits>;

}  // namespace pilotlight

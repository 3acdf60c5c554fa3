#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "domain/endpoint.hpp"
#include "domain/job.hpp"
#include "domain/template.hpp"
#include "domain/worker.hpp"

namespace pilotlight {

/// Why a job that is queued is not running. Known because the core took the decision.
enum class WaitReason : std::uint8_t {
  none = 0,                 ///< nothing holds it up: the next free worker takes it
  no_worker_yet = 1,        ///< a cold start is under way
  workers_busy = 2,         ///< workers run other jobs; the scaler starts one more at `until`
  workers_max_reached = 3,  ///< all allowed workers run other jobs
  throttled = 4,            ///< no node fits
  crash_loop = 5,           ///< workers end before they work; next attempt at `until`
  low_priority = 6,         ///< low-priority jobs start no worker
  endpoint_at_zero = 7,     ///< workersMax is 0
  paused_by_quota = 8,      ///< the account's limit is reached
  shutting_down = 9,        ///< the server is stopping; the job is kept
  delayed = 10,             ///< it is not to run before `until`
  worker_not_asking = 11,   ///< a worker holds no job and asks for none; ours is replaced at `until`
};

/// The stable name on the wire, such as "no_worker_yet".
std::string_view wire_name(WaitReason reason);

/// A reason with its facts; `text` is one sentence for a person.
struct Waiting {
  WaitReason reason = WaitReason::none;
  std::string text;
  std::optional<Timestamp> until;  ///< when the next attempt or step comes, if that is known
  /// Of one job: when it will start if all goes on as it did lately; nullopt: nobody knows.
  std::optional<Timestamp> expected;
  std::int32_t exit_code = 0;  ///< crash_loop: of the last worker
  std::string detail;          ///< crash_loop: its last output lines, or why it could not start
};

}  // namespace pilotlight

/// The answers to commands. Exactly one reaches each ticket.
namespace pilotlight::answer {

struct Refused {
  static constexpr std::uint8_t wire = 0;
  Errc code = Errc::internal;
  std::string message;
};

/// The whole message of the refusal of a new job by a paused endpoint. RunPod's word: clients wait for it.
inline constexpr std::string_view endpoint_paused = "ENDPOINT_PAUSED";

struct Acknowledged {
  static constexpr std::uint8_t wire = 1;
};
struct Deleted {
  static constexpr std::uint8_t wire = 2;
};

struct TemplateSaved {
  static constexpr std::uint8_t wire = 3;
  std::shared_ptr<const Template> saved;
};

struct EndpointSaved {
  static constexpr std::uint8_t wire = 4;
  std::shared_ptr<const Endpoint> saved;
};

struct EndpointEntry {
  std::shared_ptr<const Endpoint> endpoint;
  std::vector<Worker> workers;  ///< in order of registration; whether one is idle or busy may be of earlier
};

/// All templates and endpoints in order of creation, as of one moment. Immutable, so it is shared and never
/// copied.
struct CatalogContent {
  std::vector<std::shared_ptr<const Template>> templates;
  std::vector<EndpointEntry> endpoints;
};

struct Catalog {
  static constexpr std::uint8_t wire = 5;
  std::shared_ptr<const CatalogContent> content;
};

struct WorkerRegistered {
  static constexpr std::uint8_t wire = 6;
  WorkerId worker;
  EndpointId endpoint;
};

struct JobAccepted {
  static constexpr std::uint8_t wire = 7;
  JobId id;
};

/// The first `count` were accepted; why the next was not, if not all were.
struct JobsAccepted {
  static constexpr std::uint8_t wire = 21;
  std::uint32_t count = 0;
  std::optional<Refused> refusal;
};

/// A job that is not final, as of one moment.
struct JobLive {
  static constexpr std::uint8_t wire = 8;
  JobId id;
  JobState state = JobState::in_queue;
  std::optional<milliseconds> delay;  ///< queue time of the latest delivery; absent before the first
  WorkerId worker;                    ///< worker of the latest delivery; empty before the first
  std::uint8_t retries = 0;
  PayloadRef progress;
  Waiting waiting;  ///< while in the queue
};

/// The job has ended; its row and payloads are in the store.
struct JobEnded {
  static constexpr std::uint8_t wire = 9;
  FinalJob job;
};

/// The core does not hold the job: it is final, expired or was never there; the store knows.
struct JobNotLive {
  static constexpr std::uint8_t wire = 10;
};

/// Chunks [from, to) of this run can be read now; none if they are equal.
struct StreamChunks {
  static constexpr std::uint8_t wire = 19;
  JobState state = JobState::in_queue;
  std::uint32_t run = 0;
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  PayloadRef chunk;  ///< the only chunk, if it came this moment
};

struct Claimed {
  static constexpr std::uint8_t wire = 18;
};

struct QueuePurged {
  static constexpr std::uint8_t wire = 11;
  std::uint64_t removed = 0;
};

struct Health {
  static constexpr std::uint8_t wire = 12;
  std::uint64_t completed = 0, failed = 0, retried = 0;
  std::uint64_t in_queue = 0, in_progress = 0;
  std::uint64_t idle = 0, initializing = 0, ready = 0, running = 0, throttled = 0, unhealthy = 0;
  Waiting waiting;  ///< why the job at the head of the queue waits
};

/// How long a job waited for its last delivery, and ran since.
struct JobTimes {
  milliseconds delay{0};
  milliseconds execution{0};
};

struct Metrics {
  static constexpr std::uint8_t wire = 20;
  Health health;  ///< its `failed` counts the timed out ones too
  std::uint64_t submitted = 0, cancelled = 0, timed_out = 0;
  milliseconds queue_delay{0};   ///< 0 while nothing waits
  std::vector<WorkerId> ready;   ///< those that `health.ready` counts
  std::vector<JobTimes> recent;  ///< the last jobs that ran since the server started; in no order
};

/// One worker as it stands.
struct WorkerStatus {
  Worker worker;
  std::optional<Timestamp>
      started;                     ///< its process began; nullopt: not yet, or before the server's last start
  std::optional<Timestamp> ready;  ///< it first asked for a job; nullopt: likewise
  std::vector<JobId> jobs;         ///< in its hands
};

struct Workers {
  static constexpr std::uint8_t wire = 22;
  std::int64_t version = 0;           ///< the endpoint's version; workers of an older one are being replaced
  std::vector<WorkerStatus> workers;  ///< in order of registration
};

/// One job for a worker.
struct Delivery {
  JobId id;
  PayloadRef input;
  PayloadRef extras;
  std::uint8_t retries = 0;
  milliseconds delay{0};
};

struct JobsTaken {
  static constexpr std::uint8_t wire = 13;
  WorkerId worker;
  std::vector<Delivery> jobs;
};

/// Nothing to say this time (HTTP 204).
struct NoJob {
  static constexpr std::uint8_t wire = 14;
};

struct JobFinished {
  static constexpr std::uint8_t wire = 15;
  /// False: too late, twice, from a stranger, or an error after which the job is tried again; the result was
  /// dropped and its payload is the asker's to delete.
  bool counted = false;
};

struct StopJobs {
  static constexpr std::uint8_t wire = 16;
  std::vector<JobId> jobs;
};

/// The asker went away before there was an answer.
struct Abandoned {
  static constexpr std::uint8_t wire = 17;
};

}  // namespace pilotlight::answer

namespace pilotlight {

using Answer = std::variant<answer::Refused, answer::Acknowledged, answer::Deleted, answer::TemplateSaved,
                            answer::EndpointSaved, answer::Catalog, answer::WorkerRegistered,
                            answer::JobAccepted, answer::JobLive, answer::JobEnded, answer::JobNotLive,
                            answer::QueuePurged, answer::Health, answer::JobsTaken, answer::NoJob,
                            answer::JobFinished, answer::StopJobs, answer::Abandoned, answer::Claimed,
                            answer::StreamChunks, answer::Metrics, answer::JobsAccepted, answer::Workers>;

}  // namespace pilotlight

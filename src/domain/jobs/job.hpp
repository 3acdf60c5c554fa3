#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "domain/ids.hpp"
#include "domain/payload.hpp"

namespace pilotlight {

//             submit
//               |            leased
//   .------> in_queue ------------------> in_progress
//   |  returned |  ^---------- returned -----'  |
//   |           |                               |
//   |           '-- finished, cancelled, expired, given up --> completed | failed | cancelled | timed_out
//
// A finish from a worker that was given the job earlier may reach a job that is in_queue again.
enum class JobState : std::uint8_t {
  in_queue = 1,
  in_progress = 2,
  completed = 3,
  failed = 4,
  cancelled = 5,
  timed_out = 6,
};

constexpr bool is_final(JobState state) {
  return state >= JobState::completed;
}

/// The name on the wire, such as IN_QUEUE.
std::string_view wire_name(JobState state);

/// Why a job ended other than by its worker's own answer.
enum class EndReason : std::uint8_t {
  answered = 0,           ///< the worker's result says it all
  execution_timeout = 1,  ///< "executionTimeout exceeded"
  lost = 2,               ///< "job timed out after 1 retries": every delivery lost its worker
  no_result = 3,          ///< "worker finished without reporting a result"
  ttl = 4,                ///< its time to live ended first
  cancelled = 5,          ///< by its owner, a purge or the deletion of its endpoint
  stream_full = 6,        ///< it streamed more than may be kept
  stream_no_space = 7,    ///< it streamed while the disk had no space but for results
};

/// Settings of one job by its client (docs/protocol.md 10). Absent: the endpoint's setting, then the default.
struct JobPolicy {
  std::optional<milliseconds> execution_timeout;  ///< 0: none
  std::optional<milliseconds> ttl;
  bool low_priority = false;

  friend bool operator==(const JobPolicy&, const JobPolicy&) = default;
};

inline constexpr std::int8_t priority_least = -10, priority_most = 10;

/// A client's wishes for a job's turn among the others of its endpoint.
struct JobTurn {
  std::int8_t priority = 0;  ///< higher is first
  milliseconds delay{0};     ///< from its submission on it is not run
  Timestamp not_before{};    ///< earlier it is not run; the later of the two holds

  friend bool operator==(const JobTurn&, const JobTurn&) = default;
};

/// What happened to a job. The numbers are stored.
enum class JobStepKind : std::uint8_t {
  submitted = 0,
  leased = 1,
  not_taken = 2,  ///< it came back: the worker never got it, or ended over a restart of the server
  lost = 3,       ///< it came back: the worker was lost
  no_result = 4,  ///< it came back: the worker finished without reporting a result
  failed = 5,     ///< it came back: the worker's answer was an error, and its endpoint tries again
  ended = 6,
  retried = 7,  ///< by a client: what follows is another life
};

/// The end of a worker's process that took a job with it, where the server had not told the worker to end.
struct Crash {
  std::int32_t exit_code = 0;  ///< exit code of the process; -1 if a signal ended it
  std::int32_t signal = 0;     ///< that ended it; 0 if none
  /// The last lines that the worker wrote since it was given the job, up to crash_output_bytes_max; without
  /// secrets.
  std::string output;

  friend bool operator==(const Crash&, const Crash&) = default;
};
inline constexpr std::size_t crash_output_bytes_max = 2'048;

struct JobStep {
  JobStepKind kind = JobStepKind::submitted;
  Timestamp at{};
  WorkerId worker;                      ///< leased and what ends a lease
  JobState state = JobState::in_queue;  ///< ended: as what
  /// failed: what the worker reported; no_result, ended: why there is no result, as far as the worker's
  /// output says it. Up to attempt_error_bytes_max.
  std::string error{};
  std::optional<Crash> crash{};  ///< lost, ended: how the worker's process ended

  friend bool operator==(const JobStep&, const JobStep&) = default;
};

/// Of the error of an attempt after which a job is tried again, the rest is forgotten.
inline constexpr std::size_t attempt_error_bytes_max = 300;

/// Its fields in order, error and crash only where there is one: the two highest bits of the kind say so.
template <>
struct CustomCodec<JobStep> {
  static void put(Encoder& out, const JobStep& step);
  static bool get(Decoder& in, JobStep& step);
};

/// Of a job's past; of a longer one the middle is forgotten.
inline constexpr std::size_t job_steps_max = 48;

/// How long a result is kept (docs/protocol.md 10): 30 min, 1 min, 5 min; of a batch as long as the batch.
enum class RetentionClass : std::uint8_t { run = 0, runsync = 1, runsync_wait = 2, batch = 3 };

/// A job that is not final: the index card the core holds and the store keeps. Bodies are elsewhere.
struct Job {
  JobId id;
  EndpointId endpoint;
  JobState state = JobState::in_queue;
  RetentionClass retention = RetentionClass::run;
  JobPolicy policy;
  std::uint8_t retries = 0;            ///< charged returns to the queue
  std::uint8_t uncharged_returns = 0;  ///< returns that were nobody's fault
  PayloadRef input;
  PayloadRef extras;    ///< webhook and s3Config as the client sent them, as JSON fields without braces; none
                        ///< if neither
  PayloadRef progress;  ///< the last progress value the worker reported
  Timestamp submitted{};
  Timestamp queued{};  ///< when it last entered the queue
  /// When it was last delivered; of one that came with others: when it began.
  std::optional<Timestamp> leased;
  std::int64_t order = 0;  ///< place in the queue: lower is nearer to the head
  WorkerId worker;         ///< the worker that holds it, or held it last, be it before a retry
  /// Every worker it was given to since submission and that is not proved dead; one of these may end it.
  std::vector<WorkerId> holders;
  bool webhook = false;       ///< its end is told to the URL among the extras
  std::int8_t priority = 0;   ///< as JobTurn::priority
  Timestamp not_before{};     ///< it waits aside until then; the epoch: it has its place in the queue
  std::vector<JobStep> past;  ///< empty as long as the other fields tell everything
  bool not_begun = false;     ///< in progress, and waits at its worker behind others that came with it

  friend bool operator==(const Job&, const Job&) = default;
};

/// Queue time of the latest delivery; nullopt before the first. A job that came back was queued anew: what is
/// left of its first wait is counted from its submission.
constexpr std::optional<milliseconds> delay_of(const Job& job) {
  if (!job.leased) return std::nullopt;
  return *job.leased - (*job.leased < job.queued ? job.submitted : job.queued);
}

/// How long the row of a final job outlives its expiry, unseen: what was read of it can still be acted on.
inline constexpr milliseconds final_row_outlives_expiry{60'000};

/// A job that ended. It has left the core; the store keeps it with its payloads until `expires`.
struct FinalJob {
  JobId id;
  EndpointId endpoint;
  JobState state = JobState::completed;
  EndReason reason = EndReason::answered;
  RetentionClass retention = RetentionClass::run;
  JobPolicy policy;
  std::uint8_t retries = 0;
  PayloadRef input;
  PayloadRef extras;
  /// The fields of the job view that the worker decided, as JSON without the braces: "output":…,"error":"…".
  PayloadRef result;
  Timestamp submitted{};
  Timestamp finished{};
  Timestamp expires{};
  std::optional<Timestamp> leased;  ///< time of the latest delivery; absent if it never ran
  milliseconds delay{0};            ///< queue time of the latest delivery
  WorkerId worker;
  bool webhook = false;
  std::int8_t priority = 0;
  std::vector<JobStep> past;     ///< as Job::past
  std::string cause;             ///< no_result: why, as JobStep::error; empty if that is not known
  std::optional<Crash> crash{};  ///< lost: how the worker's process ended, if that is known

  friend bool operator==(const FinalJob&, const FinalJob&) = default;
};

/// All that happened to the job, in order.
std::vector<JobStep> steps_of(const Job& job);
std::vector<JobStep> steps_of(const FinalJob& job);
/// Adds what happened next, and forgets what is too much.
void add_step(std::vector<JobStep>& steps, const JobStep& next);

}  // namespace pilotlight

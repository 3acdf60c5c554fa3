#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "domain/payload.hpp"
#include "domain/workers/worker.hpp"

namespace pilotlight::command {

/// Registers a worker that somebody starts by hand. Answer: WorkerRegistered.
struct RegisterWorker {
  static constexpr std::uint8_t wire = 6;
  Ticket ticket = ticket_none;
  WorkerId worker;
  EndpointId endpoint;
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

/// Answer: Workers.
struct ReadWorkers {
  static constexpr std::uint8_t wire = 37;
  Ticket ticket = ticket_none;
  EndpointId endpoint;
};

// --- sent by workers

/// A poll for jobs. Answer: JobsTaken (at most `max`), or NoJob when `hold` is over or the worker shall get
/// none.
struct TakeJobs {
  static constexpr std::uint8_t wire = 14;
  Ticket ticket = ticket_none;
  WorkerId worker;
  /// When the poll was read from its connection: its statements are of that moment, however late it is
  /// applied.
  Timestamp arrived{};
  std::uint32_t max = 1;
  /// The poll's own statement whether the worker holds a job; absent is no statement.
  std::optional<bool> job_in_progress;
  SdkVersion sdk;
  milliseconds hold{0};
};

/// The answer with these jobs could not be written, so the worker never saw them. `poll` is the ticket of
/// the poll that it answered; a later delivery of the same job to the same worker is another matter.
struct Undelivered {
  static constexpr std::uint8_t wire = 15;
  WorkerId worker;
  Ticket poll = ticket_none;
  std::vector<JobId> jobs;
};

/// A worker's result of a job. Answer: JobFinished, which says whether the result counted.
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

/// A chunk of a job's stream. Answer: JobFinished, `counted` false if the chunk came too late, came from a
/// worker that does not hold the job, or ended the job.
struct PostChunk {
  static constexpr std::uint8_t wire = 30;
  Ticket ticket = ticket_none;
  WorkerId worker;
  JobId job;
  PayloadRef chunk;
  bool no_space = false;  ///< the disk has none for the chunk, which is not there: the job fails
};

/// A ping with the jobs that the worker states to hold. No answer.
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

// --- reported by the runtime, any number of times and in any order

struct WorkerStarted {
  static constexpr std::uint8_t wire = 20;
  WorkerId worker;
};

/// The worker's process has ended, or could not be started. Everything it sent before is already a command.
struct WorkerExited {
  static constexpr std::uint8_t wire = 21;
  WorkerId worker;
  std::int32_t exit_code = 0;  ///< exit code of the process; -1 if it never ran
  std::int32_t signal = 0;     ///< that ended it; 0 if none
  std::string detail;          ///< why it could not start, or its last output lines; bounded, without secrets
  std::vector<OutputLine> output{};  ///< its last lines with their times, more than in `detail`; bounded
};

/// The last lines that the worker had written when effect ReadOutput asked for them. May come late, or
/// never.
struct WorkerOutput {
  static constexpr std::uint8_t wire = 35;
  WorkerId worker;
  Timestamp asked{};  ///< as in the effect
  std::vector<OutputLine> output;
};

/// Every worker that the runtime knows to be running. Reported once after start-up, before any other
/// report.
struct WorkersListed {
  static constexpr std::uint8_t wire = 22;
  std::vector<WorkerId> running;
};

}  // namespace pilotlight::command

namespace pilotlight {

using WorkerCommands =
    std::variant<command::RegisterWorker, command::RestartWorkers, command::ReadWorkers, command::TakeJobs,
                 command::Undelivered, command::FinishJob, command::ReportProgress, command::PostChunk,
                 command::Heartbeat, command::PollStops, command::WorkerStarted, command::WorkerExited,
                 command::WorkerOutput, command::WorkersListed>;

}  // namespace pilotlight

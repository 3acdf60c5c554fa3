#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "domain/payload.hpp"
#include "domain/workers/worker.hpp"

namespace pilotlight::answer {

struct WorkerRegistered {
  static constexpr std::uint8_t wire = 6;
  WorkerId worker;
  EndpointId endpoint;
};

/// A worker with its jobs and the times of its start.
struct WorkerStatus {
  Worker worker;
  std::optional<Timestamp>
      started;                     ///< its process began; nullopt: not yet, or before the server's last start
  std::optional<Timestamp> ready;  ///< it first asked for a job; nullopt: likewise
  std::vector<JobId> jobs;         ///< in its hands
  bool unhealthy = false;          ///< its own checks failed; it has not asked for a job since
};

struct Workers {
  static constexpr std::uint8_t wire = 22;
  std::int64_t version = 0;           ///< the endpoint's version; workers of an older one are being replaced
  std::vector<WorkerStatus> workers;  ///< in order of registration
};

/// A job as a worker gets it.
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

}  // namespace pilotlight::answer

namespace pilotlight {

using WorkerAnswers = std::variant<answer::WorkerRegistered, answer::Workers, answer::JobsTaken,
                                   answer::JobFinished, answer::StopJobs>;

}  // namespace pilotlight

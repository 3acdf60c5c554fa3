#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "domain/jobs/job.hpp"
#include "domain/jobs/waiting.hpp"
#include "domain/plain_answers.hpp"

namespace pilotlight::answer {

/// The whole message of the refusal of a new job by a paused endpoint. RunPod's word: clients wait for it.
inline constexpr std::string_view endpoint_paused = "ENDPOINT_PAUSED";

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

}  // namespace pilotlight::answer

namespace pilotlight {

using JobAnswers = std::variant<answer::JobAccepted, answer::JobsAccepted, answer::JobLive, answer::JobEnded,
                                answer::JobNotLive, answer::StreamChunks, answer::Claimed,
                                answer::QueuePurged, answer::Health, answer::Metrics>;

}  // namespace pilotlight

#pragma once

#include <cstdint>
#include <optional>

#include "domain/job.hpp"

namespace pilotlight::core {

/// What can happen to a job that is not final.
enum class JobEvent : std::uint8_t {
  leased,       ///< delivered to a worker
  returned,     ///< its delivery ended without a result
  finished_ok,  ///< a worker's answer that counts
  finished_error,
  cancelled,
  expired,   ///< its ttl ended
  given_up,  ///< lost too often, or the execution timeout fired
};

/// The state after `event`; no value: the event is illegal there.
constexpr std::optional<JobState> next(JobState state, JobEvent event) {
  if (is_final(state)) return std::nullopt;
  const bool queued = state == JobState::in_queue;
  switch (event) {
    case JobEvent::leased: return queued ? std::optional(JobState::in_progress) : std::nullopt;
    case JobEvent::returned: return queued ? std::nullopt : std::optional(JobState::in_queue);
    case JobEvent::finished_ok: return JobState::completed;
    case JobEvent::finished_error: return JobState::failed;
    case JobEvent::cancelled: return JobState::cancelled;
    case JobEvent::expired: return JobState::timed_out;
    case JobEvent::given_up: return queued ? std::nullopt : std::optional(JobState::failed);
  }
  return std::nullopt;
}

static_assert(next(JobState::in_queue, JobEvent::leased) == JobState::in_progress);
static_assert(next(JobState::in_progress, JobEvent::returned) == JobState::in_queue);
static_assert(next(JobState::in_queue, JobEvent::finished_ok) == JobState::completed,
              "a late answer still counts");
static_assert(!next(JobState::in_progress, JobEvent::leased), "one lease at a time");
static_assert(!next(JobState::completed, JobEvent::cancelled), "final states do not change");

}  // namespace pilotlight::core

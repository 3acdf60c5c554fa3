#pragma once

#include <cstdint>
#include <optional>

#include "base/assert.hpp"
#include "domain/jobs/job.hpp"

namespace pilotlight::core {

enum class JobEvent : std::uint8_t {
  leased,     ///< given to a worker
  returned,   ///< not held any more, another delivery is allowed
  succeeded,  ///< its worker's answer
  failed,     ///< its worker's answer, too
  given_up,   ///< execution timeout, or no delivery left
  expired,    ///< its time to live is over
  cancelled,
};

/// The job table: the state after the event; nullopt: the event cannot happen there.
constexpr std::optional<JobState> next(JobState state, JobEvent event) {
  switch (state) {
    case JobState::in_queue:
      switch (event) {
        case JobEvent::leased: return JobState::in_progress;
        case JobEvent::returned: return std::nullopt;
        case JobEvent::succeeded: return JobState::completed;  // by a worker that was given it earlier
        case JobEvent::failed: return JobState::failed;
        case JobEvent::given_up: return std::nullopt;
        case JobEvent::expired: return JobState::timed_out;
        case JobEvent::cancelled: return JobState::cancelled;
      }
      break;
    case JobState::in_progress:
      switch (event) {
        case JobEvent::leased: return std::nullopt;
        case JobEvent::returned: return JobState::in_queue;
        case JobEvent::succeeded: return JobState::completed;
        case JobEvent::failed: return JobState::failed;
        case JobEvent::given_up: return JobState::failed;
        case JobEvent::expired: return JobState::timed_out;
        case JobEvent::cancelled: return JobState::cancelled;
      }
      break;
    case JobState::completed:
    case JobState::failed:
    case JobState::cancelled:
    case JobState::timed_out: return std::nullopt;
  }
  return std::nullopt;
}

/// As `next`, where the event must be possible.
constexpr JobState after(JobState state, JobEvent event) {
  const std::optional<JobState> result = next(state, event);
  ASSERT(result.has_value());
  return *result;
}

static_assert(next(JobState::in_queue, JobEvent::leased) == JobState::in_progress);
static_assert(next(JobState::in_progress, JobEvent::returned) == JobState::in_queue);
static_assert(!next(JobState::in_progress, JobEvent::leased), "one lease at a time");
static_assert(!next(JobState::in_queue, JobEvent::given_up), "only a delivered job can run too long");

namespace detail {

constexpr JobEvent job_events[] = {JobEvent::leased,   JobEvent::returned, JobEvent::succeeded,
                                   JobEvent::failed,   JobEvent::given_up, JobEvent::expired,
                                   JobEvent::cancelled};

constexpr bool nothing_leaves_a_final_state() {
  for (const JobState state :
       {JobState::completed, JobState::failed, JobState::cancelled, JobState::timed_out})
    for (const JobEvent event : job_events)
      if (next(state, event)) return false;
  return true;
}

constexpr bool every_live_state_can_end() {
  for (const JobState state : {JobState::in_queue, JobState::in_progress})
    for (const JobEvent event :
         {JobEvent::succeeded, JobEvent::failed, JobEvent::expired, JobEvent::cancelled})
      if (!next(state, event) || !is_final(*next(state, event))) return false;
  return true;
}

}  // namespace detail

static_assert(detail::nothing_leaves_a_final_state());
static_assert(detail::every_live_state_can_end());

}  // namespace pilotlight::core

#include "base/assert.hpp"
#include "domain/jobs/job.hpp"
#include "domain/jobs/waiting.hpp"

namespace pilotlight {

std::string_view wire_name(JobState state) {
  switch (state) {
    case JobState::in_queue: return "IN_QUEUE";
    case JobState::in_progress: return "IN_PROGRESS";
    case JobState::completed: return "COMPLETED";
    case JobState::failed: return "FAILED";
    case JobState::cancelled: return "CANCELLED";
    case JobState::timed_out: return "TIMED_OUT";
  }
  UNREACHABLE();
}

std::string_view wire_name(WaitReason reason) {
  switch (reason) {
    case WaitReason::none: return "none";
    case WaitReason::no_worker_yet: return "no_worker_yet";
    case WaitReason::workers_busy: return "workers_busy";
    case WaitReason::workers_max_reached: return "workers_max_reached";
    case WaitReason::throttled: return "throttled";
    case WaitReason::crash_loop: return "crash_loop";
    case WaitReason::low_priority: return "low_priority";
    case WaitReason::endpoint_at_zero: return "endpoint_at_zero";
    case WaitReason::paused_by_quota: return "paused_by_quota";
    case WaitReason::shutting_down: return "shutting_down";
    case WaitReason::delayed: return "delayed";
    case WaitReason::worker_not_asking: return "worker_not_asking";
  }
  UNREACHABLE();
}

}  // namespace pilotlight

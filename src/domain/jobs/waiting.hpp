#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"

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
  /// When the job starts if all goes on as it did lately; nullopt: unknown, or not about one job.
  std::optional<Timestamp> expected;
  std::int32_t exit_code = 0;  ///< crash_loop: of the last worker
  std::string detail;          ///< crash_loop: its last output lines, or why it could not start
};

}  // namespace pilotlight

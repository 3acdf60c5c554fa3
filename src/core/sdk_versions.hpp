#pragma once

#include "domain/workers/worker.hpp"

namespace pilotlight::core {

/// From sdk_parallel_polls on a worker that runs several jobs has several polls at a time; before, and in one
/// version after, it asks for one job at a time, also beside those it runs (docs/protocol.md 9.2).
inline constexpr SdkVersion sdk_parallel_polls{1, 4, 0}, sdk_one_by_one{1, 7, 0};
/// The version from which a worker has one poll for jobs at a time (docs/protocol.md 9.2).
inline constexpr SdkVersion sdk_one_poll{1, 7, 1};
/// From here on a poll says that a job is in hand as soon as it was taken, and a worker with no room for more
/// rests for a second before it asks again. Before, it counts a job only once it runs: it asks again right
/// after a delivery, and that poll denies it (docs/protocol.md 8.2).
inline constexpr SdkVersion sdk_counts_taken{1, 7, 6};
/// From here on a worker runs nothing any more once an answer brings more jobs than its poll asked for
/// (docs/protocol.md 9.2).
inline constexpr SdkVersion sdk_no_more_than_asked{2, 0, 0};
/// The version from which a worker can be told to stop a job (docs/protocol.md 6).
inline constexpr SdkVersion sdk_job_stop{1, 10, 0};

}  // namespace pilotlight::core

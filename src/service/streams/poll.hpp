#pragma once

#include <optional>
#include <vector>

#include "service/jobs/find.hpp"

namespace pilotlight::service {

/// The chunks that a poll takes from a job's stream: no other poll gets them again.
struct TakenChunks {
  JobState state = JobState::in_queue;
  std::vector<Body> chunks;
};

/// The chunks that no poll has taken; waits `hold` for the first. nullopt: the client hung up. not_found: as
/// no_such_job.
awaitable<Result<std::optional<TakenChunks>>> poll_stream(Context& context, Exchange& exchange, Target target,
                                                          milliseconds hold);

/// The first chunk of a final job's stream; null: it has none.
awaitable<Result<Body>> first_chunk(Context& context, Exchange& exchange, Target target);

}  // namespace pilotlight::service

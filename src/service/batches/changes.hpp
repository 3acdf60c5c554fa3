#pragma once

#include <vector>

#include "service/batches/batch.hpp"
#include "service/jobs/job_request.hpp"

// Changes of batches. The batches of one endpoint are changed one after another; a change that waits too long
// for its turn is refused (unavailable).
namespace pilotlight::service {

/// The extras of a batch's job: those of its request, and the batch's name for its worker.
using BatchExtras = std::string (*)(RowNumber batch, const std::string& extras);

/// A batch after a change. `added`: the requests that came with it, in order.
struct ChangedBatch {
  CountedBatch batch;
  std::vector<JobId> added = {};
};
using BatchChange = awaitable<Result<ChangedBatch>>;

/// Makes a batch of the endpoint in `target`, which may be empty at first.
BatchChange create_batch(Context& context, Exchange& exchange, BatchTarget target,
                         std::vector<JobRequest> requests, BatchExtras extras);
/// Adds requests to a draft.
BatchChange add_requests(Context& context, Exchange& exchange, BatchTarget target,
                         std::vector<JobRequest> requests, BatchExtras extras);
/// Puts `by`, or nothing if it is empty, in the place of a request of a draft.
BatchChange replace_request(Context& context, Exchange& exchange, BatchTarget target,
                            std::vector<JobRequest> by, BatchExtras extras);
/// Makes jobs of a draft's requests.
BatchChange finalize_batch(Context& context, Exchange& exchange, BatchTarget target);
/// Cancels what has not ended of a batch.
BatchChange cancel_batch(Context& context, Exchange& exchange, BatchTarget target);

}  // namespace pilotlight::service

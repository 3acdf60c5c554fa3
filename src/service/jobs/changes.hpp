#pragma once

#include <variant>

#include "service/jobs/find.hpp"

namespace pilotlight::service {

/// A live job that a cancellation has ended; a job that had ended before.
using CancelledJob = std::variant<FinalJob, EndedJob>;

/// Cancels a job that has not ended. not_found: as no_such_job.
awaitable<Result<CancelledJob>> cancel_job(Context& context, Exchange& exchange, Target target);

/// Queues a job anew that failed or timed out. not_found: as no_such_job.
awaitable<Result<void>> retry_job(Context& context, Exchange& exchange, Target target);

/// Has a final job's result expire within `keep` from now, if it was to be kept for longer.
awaitable<> shorten_retention(Context& context, Exchange& exchange, JobId job, milliseconds keep);

}  // namespace pilotlight::service

#pragma once

#include <optional>
#include <variant>

#include "domain/jobs/answers.hpp"
#include "service/context.hpp"

// Jobs as they stand, in the core or in the store.
namespace pilotlight::service {

/// Names a job; empty ids name none.
struct Target {
  EndpointId endpoint;
  JobId job;
};

/// A job that has not ended. `progress` may be null.
struct LiveJob {
  answer::JobLive job;
  Body progress;
};
/// A job that has ended. `result` has the worker's fields as FinalJob::result says; null if there are none or
/// they are gone.
struct EndedJob {
  FinalJob job;
  Body result;
};
using FoundJob = std::variant<LiveJob, EndedJob>;

/// The refusal for a job that is not there, or not any more.
Error no_such_job();

/// A final job as the store has it; nullopt: not there, or of another endpoint. On a files thread.
Result<std::optional<FinalJob>> final_row(Context& context, const Target& target);
/// The same with its result; not_found: as no_such_job.
awaitable<Result<EndedJob>> ended_job(Context& context, Exchange& exchange, Target target);

/// The job as it stands; not_found: as no_such_job. With `wait`, a live one's end if it comes in time.
awaitable<Result<FoundJob>> find_job(Context& context, Exchange& exchange, Target target,
                                     std::optional<milliseconds> wait);

/// Moves the job out of a reply of the control plane, with the body that came with it; nullopt: the reply has
/// no job.
std::optional<FoundJob> job_in(engine::Reply& reply);

/// The job as the store has it, live ones too; not_found: as no_such_job.
awaitable<Result<StoredJob>> stored_job(Context& context, Exchange& exchange, Target target);

/// The webhook of a final job with its attempts; not_found: as no_such_job, or it has none.
awaitable<Result<WebhookLog>> webhook_log(Context& context, Exchange& exchange, Target target);

}  // namespace pilotlight::service

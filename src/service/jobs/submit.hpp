#pragma once

#include "domain/jobs/commands.hpp"
#include "service/jobs/find.hpp"
#include "service/jobs/job_request.hpp"

namespace pilotlight::service {

struct Submitted {
  JobId id;
  /// The job as it stood when its wait was over; nullopt: nobody waited, or the client hung up meanwhile. A
  /// result that cannot be read is a refusal here, for the job is there.
  Result<std::optional<FoundJob>> waited = std::optional<FoundJob>();
  bool earlier = false;  ///< another request with the same Idempotency-Key has made the job
};

/// Makes a job of the request and hands it to the control plane, once its payloads are stored. `job` names
/// the endpoint, how long the result is kept, and whether to wait for it: as long as it says, or until the
/// client hangs up.
awaitable<Result<Submitted>> submit(Context& context, Exchange& exchange, command::SubmitJob job,
                                    JobRequest request);

/// The same, without a wait, once for each `job.idempotency`: a later request finds the job of the first.
awaitable<Result<Submitted>> submit_once(Context& context, Exchange& exchange, command::SubmitJob job,
                                         JobRequest request);

/// The refusal for a repeated request whose job is no longer kept.
Error outlived_by_its_key(const JobId& job);

}  // namespace pilotlight::service

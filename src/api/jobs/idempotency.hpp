#pragma once

#include <optional>
#include <string>

#include "api/jobs/submit.hpp"

namespace pilotlight::api {

/// The value of the header Idempotency-Key, if it is there.
Result<std::optional<std::string>> idempotency_key_of(const Request& request);

/// As hand_in, without a wait, and once for each `job.idempotency`: later requests are answered with the job
/// of the first.
awaitable<HandedIn> hand_in_once(Context& context, Exchange& exchange, command::SubmitJob job,
                                 JobRequest parts);

/// The 404 for a repeated request whose job is no longer kept.
Response outlived_by_its_key(const JobId& job);

}  // namespace pilotlight::api

#pragma once

#include "api/jobs/door.hpp"

namespace pilotlight::api {

/// GET /v2/ENDPOINT/jobs/JOB/events: what happened to a job, live or kept, with times.
awaitable<Response> job_events(Context& context, Account account, Request request, Exchange& exchange);

}  // namespace pilotlight::api

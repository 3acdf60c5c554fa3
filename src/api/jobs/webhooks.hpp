#pragma once

#include <string>

#include "api/jobs/door.hpp"

namespace pilotlight::api {

/// The URL among a job's extras; empty if there is none.
std::string webhook_url(const Body& extras);

/// The body of a post to a webhook: the job's view with its input and the URL. Any of the bodies may be null.
Body webhook_body(const FinalJob& job, const Body& result, const Body& input, const Body& extras);

/// GET /v2/ENDPOINT/webhooks/JOB: the attempts to tell a job's end.
awaitable<Response> webhook_log(Context& context, Account account, Request request, Exchange& exchange);

}  // namespace pilotlight::api

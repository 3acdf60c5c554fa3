#pragma once

#include "api/jobs/door.hpp"

namespace pilotlight::api {

/// GET /v2/ENDPOINT/requests: a page of the endpoint's jobs, newest first.
awaitable<Response> requests(Context& context, Account account, Request request, Exchange& exchange);

}  // namespace pilotlight::api

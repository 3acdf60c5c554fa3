#pragma once

#include "api/jobs/door.hpp"

// Dead letters are the jobs of an endpoint that failed or timed out, as long as they are kept.
namespace pilotlight::api {

/// GET /v2/ENDPOINT/dead-letters: a page of them, as of /requests.
awaitable<Response> dead_letters(Context& context, Account account, Request request, Exchange& exchange);

/// POST /v2/ENDPOINT/dead-letters/requeue: retries a page of them.
awaitable<Response> requeue_dead_letters(Context& context, Account account, Request request,
                                         Exchange& exchange);

}  // namespace pilotlight::api

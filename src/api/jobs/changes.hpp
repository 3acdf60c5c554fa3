#pragma once

#include "api/jobs/door.hpp"

namespace pilotlight::api {

/// Queues a job anew that failed or timed out.
awaitable<Response> retry_job(Context& context, Exchange& exchange, Target target);

awaitable<Response> cancel(Context& context, Account account, Request request, Exchange& exchange);
awaitable<Response> retry(Context& context, Account account, Request request, Exchange& exchange);
awaitable<Response> purge(Context& context, Account account, Request request, Exchange& exchange);

}  // namespace pilotlight::api

#pragma once

#include "api/jobs/door.hpp"
#include "service/batches/batch.hpp"

// A batch collects requests, which become jobs together (docs/protocol.md 10).
namespace pilotlight::api {

using service::BatchTarget;

/// The batch and request in /v2/ENDPOINT/batch/BATCH/requests/REQUEST; empty for what is not well formed,
/// which then is not found.
BatchTarget batch_target_of(const Request& request);

/// GET …/batch
awaitable<Response> list_batches(Context& context, Account account, Request request, Exchange& exchange);
/// GET …/batch/BATCH
awaitable<Response> read_batch(Context& context, Account account, Request request, Exchange& exchange);
/// GET …/batch/BATCH/requests
awaitable<Response> list_batch_requests(Context& context, Account account, Request request,
                                        Exchange& exchange);

}  // namespace pilotlight::api

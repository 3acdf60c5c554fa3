#pragma once

#include "api/jobs/door.hpp"

namespace pilotlight::api {

inline constexpr ByteCount batch_body_max = 10ULL << 20;

/// POST …/batch
awaitable<Response> create_batch(Context& context, Account account, Request request, Exchange& exchange);
/// POST …/batch/BATCH/requests
awaitable<Response> add_to_batch(Context& context, Account account, Request request, Exchange& exchange);
/// PUT …/batch/BATCH/requests/REQUEST
awaitable<Response> replace_batch_request(Context& context, Account account, Request request,
                                          Exchange& exchange);
/// DELETE …/batch/BATCH/requests/REQUEST
awaitable<Response> remove_batch_request(Context& context, Account account, Request request,
                                         Exchange& exchange);
/// POST …/batch/BATCH/finalize
awaitable<Response> finalize_batch(Context& context, Account account, Request request, Exchange& exchange);
/// POST …/batch/BATCH/cancel
awaitable<Response> cancel_batch(Context& context, Account account, Request request, Exchange& exchange);

}  // namespace pilotlight::api

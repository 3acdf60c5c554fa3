#pragma once

#include "api/jobs/batch_view.hpp"
#include "api/jobs/door.hpp"

// A batch collects requests, which become jobs together (docs/protocol.md 10).
namespace pilotlight::api {

struct BatchTarget {
  EndpointId endpoint;
  RowNumber number = 0;  ///< 0: the path names none
  JobId request;
};

/// What /v2/ENDPOINT/batch/BATCH/requests/REQUEST names; empty for what is not well formed, which then is not
/// found.
BatchTarget batch_target_of(const Request& request);

/// The 404 of a batch, or of a request of one.
Response no_such_batch();
Response no_such_batch_request();

/// Requests of a batch as the store has them, in order; corrupt if some of one that changes no more are lost.
/// On a files thread.
Result<std::vector<BatchEntry>> batch_entries(Context& context, const Batch& batch, std::size_t skip,
                                              std::size_t most);

/// The batch as the store has it; nullopt: not there, or of another endpoint.
awaitable<Result<std::optional<Batch>>> find_batch(Context& context, Exchange& exchange, BatchTarget target);
/// How its requests stand; read in pieces, as of about now.
awaitable<Result<BatchCounts>> count_requests(Context& context, Exchange& exchange, Batch batch);
/// The view of a batch, with its requests as they stand now.
awaitable<Response> batch_view(Context& context, Exchange& exchange, Batch batch);
/// The same with the ids of the requests that were added.
awaitable<Response> added_view(Context& context, Exchange& exchange, Batch batch, std::vector<JobId> added);

/// GET …/batch
awaitable<Response> list_batches(Context& context, Account account, Request request, Exchange& exchange);
/// GET …/batch/BATCH
awaitable<Response> read_batch(Context& context, Account account, Request request, Exchange& exchange);
/// GET …/batch/BATCH/requests
awaitable<Response> list_batch_requests(Context& context, Account account, Request request,
                                        Exchange& exchange);

}  // namespace pilotlight::api

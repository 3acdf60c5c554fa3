#include "api/jobs/batch_changes.hpp"

#include "api/jobs/batch.hpp"
#include "api/jobs/batch_body.hpp"
#include "api/jobs/batch_view.hpp"
#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "service/batches/changes.hpp"
#include "service/endpoints/endpoints.hpp"

namespace pilotlight::api {
namespace {

using service::BatchChange;
using Requests = std::vector<JobRequest>;
using Change = BatchChange (*)(service::Context&, Exchange&, BatchTarget, Requests);
using Parse = Result<Requests> (*)(const Body&);

/// A change, and how its answer is worded.
struct Kind {
  Parse parse;
  Change change;
  bool names_added = false;
};

constexpr std::size_t parse_aside_from = 256 * 1024;

Result<Requests> parse_nothing(const Body&) {
  return Requests();
}

Result<Requests> parse_one(const Body& body) {
  auto one = parse_job_request(body);
  if (!one) return one.error();
  Requests requests;
  requests.push_back(std::move(*one));
  return requests;
}

/// The worker of a batch's job is told the batch beside what its request says.
std::string batch_extras(RowNumber batch, const std::string& extras) {
  JsonWriter json("");
  json.text("batchId", batch_id(batch)).members(extras);
  return json.unclosed();
}

Response changed_view(const service::ChangedBatch& changed, bool names_added) {
  JsonWriter json;
  add_batch(json, changed.batch);
  if (!names_added) return json_response(200, json.done());
  json.list("requestIds");
  for (const JobId& id : changed.added) json.text_element(id.text());
  return json_response(200, json.end().done());
}

/// Finds the endpoint, reads the body, and makes the change.
awaitable<Response> change_batch(Context& context, Request request, Exchange& exchange, Kind kind) {
  if (request.over_limit) co_return refused(size_refusal(batch_body_max));
  const BatchTarget target = batch_target_of(request);
  const auto health = co_await service::read_health(context, exchange, target.endpoint);
  if (!health) co_return refused(health.error());
  auto read = [&request, parse = kind.parse] { return parse(request.body); };
  const bool large = request.body && request.body->size() >= parse_aside_from;
  Result<Requests> requests = Requests();
  if (large)
    requests = co_await in_background(context, exchange, std::move(read));
  else
    requests = read();
  if (!requests) co_return refused(requests.error());
  const auto changed = co_await kind.change(context, exchange, target, std::move(*requests));
  co_return changed ? changed_view(*changed, kind.names_added) : refused(changed.error());
}

BatchChange create(service::Context& context, Exchange& exchange, BatchTarget target, Requests requests) {
  return service::create_batch(context, exchange, target, std::move(requests), batch_extras);
}

BatchChange add(service::Context& context, Exchange& exchange, BatchTarget target, Requests requests) {
  return service::add_requests(context, exchange, target, std::move(requests), batch_extras);
}

BatchChange replace(service::Context& context, Exchange& exchange, BatchTarget target, Requests by) {
  return service::replace_request(context, exchange, target, std::move(by), batch_extras);
}

BatchChange finalize(service::Context& context, Exchange& exchange, BatchTarget target, Requests) {
  return service::finalize_batch(context, exchange, target);
}

BatchChange cancel_all(service::Context& context, Exchange& exchange, BatchTarget target, Requests) {
  return service::cancel_batch(context, exchange, target);
}

}  // namespace

awaitable<Response> create_batch(Context& context, Account, Request request, Exchange& exchange) {
  return change_batch(context, std::move(request), exchange, {parse_batch, create, true});
}

awaitable<Response> add_to_batch(Context& context, Account, Request request, Exchange& exchange) {
  return change_batch(context, std::move(request), exchange, {parse_batch, add, true});
}

awaitable<Response> replace_batch_request(Context& context, Account, Request request, Exchange& exchange) {
  return change_batch(context, std::move(request), exchange, {parse_one, replace});
}

awaitable<Response> remove_batch_request(Context& context, Account, Request request, Exchange& exchange) {
  return change_batch(context, std::move(request), exchange, {parse_nothing, replace});
}

awaitable<Response> finalize_batch(Context& context, Account, Request request, Exchange& exchange) {
  return change_batch(context, std::move(request), exchange, {parse_nothing, finalize});
}

awaitable<Response> cancel_batch(Context& context, Account, Request request, Exchange& exchange) {
  return change_batch(context, std::move(request), exchange, {parse_nothing, cancel_all});
}

}  // namespace pilotlight::api

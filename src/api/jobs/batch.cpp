#include "api/jobs/batch.hpp"

#include "api/jobs/batch_view.hpp"
#include "api/json_writer.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

using service::Slice;

constexpr std::int64_t limit_most = 500;

Result<Slice> slice_of(const Request& request) {
  Slice slice;
  const auto number = [&request](std::string_view name, std::int64_t least, std::int64_t most,
                                 std::size_t& into) {
    const auto text = request.parameter(name);
    const auto value = text ? number_in(*text, least, most) : std::nullopt;
    if (value) into = static_cast<std::size_t>(*value);
    return !text || value;
  };
  if (!number("limit", 1, limit_most, slice.limit))
    return refusal(Errc::invalid, "limit is invalid; must be between 1 and 500");
  if (!number("offset", 0, 1'000'000'000, slice.offset))
    return refusal(Errc::invalid, "offset is invalid; must be between 0 and 1000000000");
  return slice;
}

/// The page's place among `total`.
void add_place(JsonWriter& json, const Slice& slice, std::size_t shown, std::size_t total) {
  json.number("total", total);
  json.number("offset", slice.offset);
  json.number("limit", slice.limit);
  json.flag("hasMore", slice.offset + shown < total);
}

}  // namespace

BatchTarget batch_target_of(const Request& request) {
  const auto parts = net::captures("/v2/{}/x/{}/x/{}", request.path);
  BatchTarget target;
  if (!parts.empty()) target.endpoint = EndpointId::parse(parts[0]).value_or(EndpointId());
  if (parts.size() > 1) target.number = parse_batch_id(parts[1]).value_or(0);
  if (parts.size() > 2) target.request = JobId::parse(parts[2]).value_or(JobId());
  return target;
}

awaitable<Response> read_batch(Context& context, Account, Request request, Exchange& exchange) {
  const auto batch = co_await service::find_batch(context, exchange, batch_target_of(request));
  if (!batch) co_return refused(batch.error());
  const auto counted = co_await service::counted(context, exchange, *batch);
  if (!counted) co_return refused(counted.error());
  JsonWriter json;
  add_batch(json, *counted);
  co_return json_response(200, json.done());
}

awaitable<Response> list_batches(Context& context, Account, Request request, Exchange& exchange) {
  const auto slice = slice_of(request);
  if (!slice) co_return refused(slice.error());
  const EndpointId endpoint = target_of(request).endpoint;
  const auto list = co_await service::list_batches(context, exchange, endpoint, *slice);
  if (!list) co_return refused(list.error());
  JsonWriter json;
  json.list("batches");
  for (const service::CountedBatch& batch : list->batches) {
    add_batch(json.open(), batch);
    json.close();
  }
  add_place(json.end(), *slice, list->batches.size(), list->total);
  co_return json_response(200, json.done());
}

awaitable<Response> list_batch_requests(Context& context, Account, Request request, Exchange& exchange) {
  const auto slice = slice_of(request);
  if (!slice) co_return refused(slice.error());
  const auto list = co_await service::list_requests(context, exchange, batch_target_of(request), *slice);
  if (!list) co_return refused(list.error());
  JsonWriter json;
  json.list("requests");
  for (const auto& [entry, result] : list->requests)
    json.element(batch_request_json(list->batch, entry, result));
  add_place(json.end(), *slice, list->requests.size(), list->batch.requests);
  co_return json_response(200, json.done());
}

}  // namespace pilotlight::api

#include "api/jobs/batch.hpp"

#include <algorithm>

#include "api/json_writer.hpp"
#include "api/payloads.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

constexpr std::size_t requests_per_piece = 1'000;
constexpr ByteCount result_bytes_per_page = 16ULL << 20;
constexpr std::int64_t limit_default = 50, limit_most = 500;

/// Where a page of a list begins, and how long it is at most.
struct Slice {
  std::size_t offset = 0;
  std::size_t limit = limit_default;
};

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

/// The views of the requests in the slice; fewer if the results are many bytes. On a files thread.
Result<std::vector<std::string>> read_requests(Context& context, const Batch& batch, const Slice& slice) {
  std::vector<std::string> views;
  const auto entries = batch_entries(context, batch, slice.offset, slice.limit);
  if (!entries) return entries.error();
  ByteCount bytes = 0;
  for (const BatchEntry& entry : *entries) {
    const auto* ended = entry.job ? std::get_if<FinalJob>(&*entry.job) : nullptr;
    if (ended != nullptr) bytes += ended->result.bytes;
    if (!views.empty() && bytes > result_bytes_per_page) break;
    const Result<Body> result = ended != nullptr ? result_of(context.store, *ended) : Result<Body>(nullptr);
    if (!result && result.error().code != Errc::not_found) return result.error();
    views.push_back(batch_request_json(batch, entry, result ? *result : nullptr));
  }
  return views;
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

Response no_such_batch() {
  return error_response(404,
                        "batch not found: the id is wrong or of another endpoint, or it is no longer kept "
                        "(7 days after it was finalized or, as a draft, last changed)");
}

Response no_such_batch_request() {
  return error_response(404, "request not found: the batch has none with this id");
}

Result<std::vector<BatchEntry>> batch_entries(Context& context, const Batch& batch, std::size_t skip,
                                              std::size_t most) {
  auto entries = context.store.batch_requests(batch.number, skip, most, context.clock.now());
  // A draft may change between two looks.
  if (entries && batch.state != BatchState::draft && skip < batch.requests &&
      entries->size() < std::min<std::size_t>(most, batch.requests - skip))
    return refusal(Errc::corrupt, "cannot read a batch: some of its requests are lost");
  return entries;
}

awaitable<Result<std::optional<Batch>>> find_batch(Context& context, Exchange& exchange, BatchTarget target) {
  auto find = [&context, target] {
    auto found = context.store.batch(target.number, context.clock.now());
    if (found && *found && (*found)->endpoint != target.endpoint) found = std::optional<Batch>();
    return found;
  };
  co_return co_await on_files_thread(context, exchange, std::move(find));
}

awaitable<Result<BatchCounts>> count_requests(Context& context, Exchange& exchange, Batch batch) {
  Result<BatchCounts> counts = BatchCounts{};
  if (batch.end) {
    counts->completed = batch.end->completed;
    counts->failed = batch.end->failed;
    co_return counts;
  }
  for (std::size_t at = 0; at < batch.requests; at += requests_per_piece) {
    auto count = [&context, &counts, &batch, at]() -> Result<void> {
      const auto entries = batch_entries(context, batch, at, requests_per_piece);
      if (!entries) return entries.error();
      for (const BatchEntry& entry : *entries) counts->add(batch, entry);
      return {};
    };
    const auto counted = co_await on_files_thread(context, exchange, std::move(count));
    if (!counted) co_return counted.error();
  }
  co_return counts;
}

namespace {

/// The members of the batch, with its requests as they stand now.
awaitable<Result<JsonWriter>> counted_batch(Context& context, Exchange& exchange, Batch batch) {
  const Result<BatchCounts> counts = co_await count_requests(context, exchange, batch);
  if (!counts) co_return counts.error();
  JsonWriter json;
  add_batch(json, batch, *counts);
  co_return json;
}

}  // namespace

awaitable<Response> batch_view(Context& context, Exchange& exchange, Batch batch) {
  auto json = co_await counted_batch(context, exchange, batch);
  co_return json ? json_response(200, json->done()) : unreadable(json.error());
}

awaitable<Response> added_view(Context& context, Exchange& exchange, Batch batch, std::vector<JobId> added) {
  auto json = co_await counted_batch(context, exchange, batch);
  if (!json) co_return unreadable(json.error());
  json->list("requestIds");
  for (const JobId& id : added) json->text_element(id.text());
  co_return json_response(200, json->end().done());
}

awaitable<Response> read_batch(Context& context, Account, Request request, Exchange& exchange) {
  const auto batch = co_await find_batch(context, exchange, batch_target_of(request));
  if (!batch) co_return unreadable(batch.error());
  if (!*batch) co_return no_such_batch();
  co_return co_await batch_view(context, exchange, **batch);
}

awaitable<Response> list_batches(Context& context, Account, Request request, Exchange& exchange) {
  const auto slice = slice_of(request);
  if (!slice) co_return error_response(400, slice.error().message);
  const EndpointId endpoint = target_of(request).endpoint;
  const engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::ReadHealth{ticket_none, endpoint}, {}, nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) co_return refused(*no);
  auto read = [&context, endpoint] { return context.store.batches(endpoint, context.clock.now()); };
  const auto all = co_await on_files_thread(context, exchange, std::move(read));
  if (!all) co_return unreadable(all.error());
  JsonWriter json;
  json.list("batches");
  std::size_t shown = 0;
  for (std::size_t i = slice->offset; i < all->size() && shown < slice->limit; ++i, ++shown) {
    const Result<BatchCounts> counts = co_await count_requests(context, exchange, (*all)[i]);
    if (!counts) co_return unreadable(counts.error());
    add_batch(json.open(), (*all)[i], *counts);
    json.close();
  }
  add_place(json.end(), *slice, shown, all->size());
  co_return json_response(200, json.done());
}

awaitable<Response> list_batch_requests(Context& context, Account, Request request, Exchange& exchange) {
  const auto slice = slice_of(request);
  if (!slice) co_return error_response(400, slice.error().message);
  const auto batch = co_await find_batch(context, exchange, batch_target_of(request));
  if (!batch) co_return unreadable(batch.error());
  if (!*batch) co_return no_such_batch();
  auto read = [&context, &batch, &slice] { return read_requests(context, **batch, *slice); };
  const auto views = co_await on_files_thread(context, exchange, std::move(read));
  if (!views) co_return unreadable(views.error());
  JsonWriter json;
  json.list("requests");
  for (const std::string& view : *views) json.element(view);
  add_place(json.end(), *slice, views->size(), (*batch)->requests);
  co_return json_response(200, json.done());
}

}  // namespace pilotlight::api

#include "service/batches/batch.hpp"

#include <algorithm>

#include "service/endpoints/endpoints.hpp"
#include "service/payloads.hpp"

namespace pilotlight::service {
namespace {

constexpr std::size_t requests_per_piece = 1'000;
constexpr ByteCount result_bytes_per_page = 16ULL << 20;

/// The requests in the slice; fewer if their results are many bytes. On a background thread.
Result<std::vector<RequestWithResult>> read_requests(Context& context, const Batch& batch,
                                                     const Slice& slice) {
  std::vector<RequestWithResult> requests;
  auto entries = batch_entries(context, batch, slice.offset, slice.limit);
  if (!entries) return entries.error();
  ByteCount bytes = 0;
  for (BatchEntry& entry : *entries) {
    const auto* ended = entry.job ? std::get_if<FinalJob>(&*entry.job) : nullptr;
    if (ended != nullptr) bytes += ended->result.bytes;
    if (!requests.empty() && bytes > result_bytes_per_page) break;
    const Result<Body> result = ended != nullptr ? result_of(context.store, *ended) : Result<Body>(nullptr);
    if (!result && result.error().code != Errc::not_found) return unreadable(result.error());
    requests.push_back({std::move(entry), result ? *result : nullptr});
  }
  return requests;
}

}  // namespace

void BatchCounts::add(const Batch& batch, const BatchEntry& entry) {
  const auto state = job_state(entry);
  jobs += state.has_value();
  if (!state)
    failed += batch.state != BatchState::draft;
  else if (*state == JobState::in_progress)
    ++in_progress;
  else if (*state == JobState::completed)
    ++completed;
  else if (is_final(*state))
    ++failed;
}

bool has_ended(const Batch& batch, const BatchCounts& counts) {
  return batch.state != BatchState::draft && counts.completed + counts.failed >= batch.requests;
}

std::optional<JobState> job_state(const BatchEntry& entry) {
  if (!entry.job) return std::nullopt;
  return std::visit([](const auto& job) { return job.state; }, *entry.job);
}

Error no_such_batch() {
  return refusal(
      Errc::not_found,
      "batch not found: the id is wrong or of another endpoint, or the batch is no longer kept (a batch is "
      "kept for 7 days after it was finalized, a draft for 7 days after its last change)");
}

awaitable<Result<Batch>> find_batch(Context& context, Exchange& exchange, BatchTarget target) {
  auto find = [&context, target]() -> Result<Batch> {
    auto found = context.store.batch(target.number, context.clock.now());
    if (!found) return unreadable(found.error());
    if (!*found || (*found)->endpoint != target.endpoint) return no_such_batch();
    return std::move(**found);
  };
  co_return co_await on_files_thread(context, exchange, std::move(find));
}

Result<std::vector<BatchEntry>> batch_entries(Context& context, const Batch& batch, std::size_t skip,
                                              std::size_t most) {
  auto entries = context.store.batch_requests(batch.number, skip, most, context.clock.now());
  if (!entries) return unreadable(entries.error());
  // A draft may change between two looks.
  if (batch.state != BatchState::draft && skip < batch.requests &&
      entries->size() < std::min<std::size_t>(most, batch.requests - skip))
    return refusal(Errc::corrupt, "cannot read a batch: some of its requests are lost");
  return entries;
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
    const auto counted = co_await in_background(context, exchange, std::move(count));
    if (!counted) co_return counted.error();
  }
  co_return counts;
}

awaitable<Result<CountedBatch>> counted(Context& context, Exchange& exchange, Batch batch) {
  const auto counts = co_await count_requests(context, exchange, batch);
  if (!counts) co_return counts.error();
  co_return CountedBatch{batch, *counts};
}

awaitable<Result<BatchList>> list_batches(Context& context, Exchange& exchange, EndpointId endpoint,
                                          Slice slice) {
  const auto health = co_await read_health(context, exchange, endpoint);
  if (!health) co_return health.error();
  auto read = [&context, endpoint] { return context.store.batches(endpoint, context.clock.now()); };
  const auto all = co_await in_background(context, exchange, std::move(read));
  if (!all) co_return unreadable(all.error());
  BatchList list;
  list.total = all->size();
  for (std::size_t i = slice.offset; i < all->size() && list.batches.size() < slice.limit; ++i) {
    auto one = co_await counted(context, exchange, (*all)[i]);
    if (!one) co_return one.error();
    list.batches.push_back(std::move(*one));
  }
  co_return list;
}

awaitable<Result<RequestList>> list_requests(Context& context, Exchange& exchange, BatchTarget target,
                                             Slice slice) {
  auto batch = co_await find_batch(context, exchange, target);
  if (!batch) co_return batch.error();
  auto read = [&context, &batch, slice] { return read_requests(context, *batch, slice); };
  auto requests = co_await in_background(context, exchange, std::move(read));
  if (!requests) co_return requests.error();
  co_return RequestList{std::move(*batch), std::move(*requests)};
}

}  // namespace pilotlight::service

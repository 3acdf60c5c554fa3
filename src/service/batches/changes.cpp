#include "service/batches/changes.hpp"

#include <algorithm>

#include "service/claim.hpp"
#include "service/endpoints/endpoints.hpp"
#include "service/payloads.hpp"
#include "service/secrets.hpp"

namespace pilotlight::service {
namespace {

constexpr std::size_t requests_per_command = 500;
constexpr std::size_t active_batches_max = 10;  ///< at an endpoint
constexpr std::uint64_t queued_max = 50'000;    ///< jobs in an endpoint's queue, with those of the batch
constexpr milliseconds kept = Limits{}.retention_batch;

using Requests = std::vector<JobRequest>;

Error not_a_draft(const Batch& batch) {
  return refusal(Errc::conflict,
                 batch.state == BatchState::cancelled
                     ? "the batch is cancelled; make another batch"
                     : "the batch is finalized, and only a draft can change; make another batch");
}

Error no_such_request() {
  return refusal(Errc::not_found, "request not found: the batch has no request with this id");
}

/// Does the change while nobody else changes a batch of the endpoint.
BatchChange alone(Context& context, Exchange& exchange, EndpointId endpoint, BatchChange change) {
  std::string name = "batch " + endpoint.text();
  auto changed = co_await under_claim(context, exchange, std::move(name), std::move(change));
  if (!changed)
    co_return refusal(Errc::unavailable,
                      "another change of a batch of this endpoint is under way; try again in a moment");
  co_return std::move(*changed);
}

BatchChange as_it_stands(Context& context, Exchange& exchange, Batch batch, std::vector<JobId> added = {}) {
  auto now = co_await counted(context, exchange, batch);
  if (!now) co_return now.error();
  co_return ChangedBatch{std::move(*now), std::move(added)};
}

awaitable<void> save(Context& context, Exchange& exchange, command::SaveBatch change) {
  co_await context.asker(exchange).ask(engine::Lane::control, std::move(change), {}, nullptr);
}

/// A change of a batch with the payloads that it brings.
struct Draft {
  command::SaveBatch change;
  std::vector<StoredPayload> payloads = {};

  /// Adds the request under this id.
  void add(Context& context, const JobId& id, JobRequest& wished, BatchExtras extras) {
    BatchRequest request{change.batch.number, id, wished.policy, {}, {}, wished.webhook, wished.turn};
    request.input = keep(context, std::move(wished.input));
    request.extras = keep(context, make_body(extras(change.batch.number, wished.extras)));
    change.added.push_back(std::move(request));
  }

 private:
  PayloadRef keep(Context& context, Body body) {
    const PayloadRef ref = reference(context.engine.draw_row(), body);
    payloads.push_back({ref, std::move(body)});
    return ref;
  }
};

/// Makes the change durable with its payloads; refused if the disk does not take them.
awaitable<Result<void>> save_with_payloads(Context& context, Exchange& exchange, Draft draft) {
  if (auto accepted = accepts_jobs(context); !accepted) co_return accepted;
  const Result<void> written = co_await write_inputs(context, exchange, draft.payloads);
  if (!written) co_return written;
  co_await context.asker(exchange).ask(engine::Lane::submit, std::move(draft.change),
                                       std::move(draft.payloads), nullptr);
  co_return Result<void>();
}

/// Adds the requests, if any.
BatchChange add_to(Context& context, Exchange& exchange, Batch batch, Requests requests, BatchExtras extras) {
  if (batch.requests + requests.size() > batch_requests_max)
    co_return refusal(Errc::invalid,
                      "a batch has at most " + std::to_string(batch_requests_max) + " requests");
  std::vector<JobId> ids;
  std::size_t at = 0;
  do {
    const std::size_t end = std::min(requests.size(), at + requests_per_command);
    batch.requests += static_cast<std::uint32_t>(end - at);
    batch.expires = context.clock.now() + kept;
    Draft draft;
    draft.change.batch = batch;
    for (; at < end; ++at) {
      const JobId id = JobId::make(context.engine.draw_row(), false, random_bits());
      draft.add(context, id, requests[at], extras);
      ids.push_back(id);
    }
    auto saved = co_await save_with_payloads(context, exchange, std::move(draft));
    if (!saved) co_return saved.error();
  } while (at < requests.size());
  co_return co_await as_it_stands(context, exchange, batch, std::move(ids));
}

/// How many batches of the endpoint go on; remembers of the others that they do not.
awaitable<Result<std::size_t>> count_active(Context& context, Exchange& exchange, EndpointId endpoint) {
  auto read = [&context, endpoint] { return context.store.batches(endpoint, context.clock.now()); };
  auto all = co_await in_background(context, exchange, std::move(read));
  if (!all) co_return unreadable(all.error());
  std::size_t active = 0;
  for (Batch& batch : *all) {
    if (batch.end) continue;
    const Result<BatchCounts> counts = co_await count_requests(context, exchange, batch);
    if (!counts) co_return counts.error();
    if (!has_ended(batch, *counts)) {
      ++active;
      continue;
    }
    batch.end = BatchEnd{counts->completed, counts->failed};
    command::SaveBatch change{ticket_none, batch, {}, {}};
    co_await save(context, exchange, std::move(change));
  }
  co_return active;
}

BatchChange create(Context& context, Exchange& exchange, BatchTarget target, Requests requests,
                   BatchExtras extras) {
  const Result<std::size_t> active = co_await count_active(context, exchange, target.endpoint);
  if (!active) co_return active.error();
  if (*active >= active_batches_max)
    co_return refusal(Errc::busy,
                      "this endpoint has reached its limit of 10 batches that have not ended; cancel one, or "
                      "wait until one has ended");
  Batch batch;
  batch.number = context.engine.draw_row();
  batch.endpoint = target.endpoint;
  batch.created = context.clock.now();
  co_return co_await add_to(context, exchange, batch, std::move(requests), extras);
}

awaitable<Result<Batch>> find_draft(Context& context, Exchange& exchange, BatchTarget target) {
  auto batch = co_await find_batch(context, exchange, target);
  if (batch && batch->state != BatchState::draft) co_return not_a_draft(*batch);
  co_return batch;
}

BatchChange add(Context& context, Exchange& exchange, BatchTarget target, Requests requests,
                BatchExtras extras) {
  const auto batch = co_await find_draft(context, exchange, target);
  if (!batch) co_return batch.error();
  co_return co_await add_to(context, exchange, *batch, std::move(requests), extras);
}

/// The request that the target names, as long as it is no job.
awaitable<Result<BatchRequest>> find_request(Context& context, Exchange& exchange, BatchTarget target) {
  auto read = [&context, target]() -> Result<BatchRequest> {
    const auto entry = context.store.batch_request(target.number, target.request, context.clock.now());
    if (!entry) return unreadable(entry.error());
    if (!*entry) return no_such_request();
    if ((*entry)->job) return refusal(Errc::conflict, "this request is a job already; finalize the batch");
    return (*entry)->request;
  };
  if (target.request.empty()) co_return no_such_request();
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

BatchChange replace(Context& context, Exchange& exchange, BatchTarget target, Requests by,
                    BatchExtras extras) {
  auto batch = co_await find_draft(context, exchange, target);
  if (!batch) co_return batch.error();
  auto request = co_await find_request(context, exchange, target);
  if (!request) co_return request.error();
  batch->requests -= by.empty() ? 1 : 0;
  batch->expires = context.clock.now() + kept;
  Draft draft;
  draft.change.batch = *batch;
  draft.change.removed.push_back(std::move(*request));
  for (JobRequest& wished : by) draft.add(context, target.request, wished, extras);
  auto saved = co_await save_with_payloads(context, exchange, std::move(draft));
  if (!saved) co_return saved.error();
  co_return co_await as_it_stands(context, exchange, *batch);
}

/// Some requests of a batch from which nobody removes any, from this place on.
awaitable<Result<std::vector<BatchEntry>>> read_fixed(Context& context, Exchange& exchange, Batch batch,
                                                      std::size_t at) {
  batch.state = BatchState::finalized;
  auto read = [&context, &batch, at] { return batch_entries(context, batch, at, requests_per_command); };
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

/// Makes jobs of the requests that are none yet; the refusal of the first that cannot be one. Under the claim
/// of the endpoint's batches.
awaitable<Result<void>> submit_requests(Context& context, Exchange& exchange, Batch batch) {
  for (std::size_t at = 0; at < batch.requests; at += requests_per_command) {
    const auto entries = co_await read_fixed(context, exchange, batch, at);
    if (!entries) co_return entries.error();
    command::SubmitJobs jobs;
    for (const auto& [request, job] : *entries) {
      if (job) continue;
      jobs.jobs.push_back({ticket_none, request.id, batch.endpoint, request.input, request.extras,
                           request.policy, RetentionClass::batch, std::nullopt, request.webhook,
                           request.turn});
    }
    const engine::Reply reply =
        co_await context.asker(exchange).ask(engine::Lane::submit, std::move(jobs), {}, nullptr);
    const auto* told = std::get_if<answer::JobsAccepted>(&reply.answer);
    if (told != nullptr && told->refusal) co_return refusal(told->refusal->code, told->refusal->message);
  }
  co_return Result<void>();
}

BatchChange finalize(Context& context, Exchange& exchange, BatchTarget target) {
  auto found = co_await find_batch(context, exchange, target);
  if (!found) co_return found.error();
  Batch batch = *found;
  if (batch.state == BatchState::cancelled) co_return not_a_draft(batch);
  if (batch.state == BatchState::finalized) co_return co_await as_it_stands(context, exchange, batch);
  if (batch.requests == 0) co_return refusal(Errc::invalid, "the batch has no requests; add some first");
  if (auto accepted = accepts_jobs(context); !accepted) co_return accepted.error();
  const auto health = co_await read_health(context, exchange, target.endpoint);
  if (health && health->in_queue + batch.requests > queued_max)
    co_return refusal(Errc::busy,
                      "the queue of this endpoint would be longer than 50000 jobs; try again later");
  auto submitted = co_await submit_requests(context, exchange, batch);
  if (!submitted) co_return submitted.error();
  batch.state = BatchState::finalized;
  batch.expires = context.clock.now() + kept;
  command::SaveBatch change{ticket_none, batch, {}, {}};
  co_await save(context, exchange, std::move(change));
  co_return co_await as_it_stands(context, exchange, batch);
}

/// Cancels those of its jobs that have not ended. Under the claim of the endpoint's batches.
awaitable<Result<void>> cancel_jobs(Context& context, Exchange& exchange, Batch batch) {
  for (std::size_t at = 0; at < batch.requests; at += requests_per_command) {
    const auto entries = co_await read_fixed(context, exchange, batch, at);
    if (!entries) co_return entries.error();
    for (const auto& [request, job] : *entries)
      if (job && std::holds_alternative<Job>(*job))
        context.asker(exchange).tell(engine::Lane::control,
                                     command::CancelJob{ticket_none, batch.endpoint, request.id});
    // Answered once all of them are carried out and durable.
    co_await context.asker(exchange).ask(engine::Lane::control,
                                         command::ReadHealth{ticket_none, batch.endpoint}, {}, nullptr);
  }
  co_return Result<void>();
}

BatchChange cancel(Context& context, Exchange& exchange, BatchTarget target) {
  auto found = co_await find_batch(context, exchange, target);
  if (!found) co_return found.error();
  Batch batch = *found;
  const Result<BatchCounts> counts = co_await count_requests(context, exchange, batch);
  if (!counts) co_return counts.error();
  if (has_ended(batch, *counts)) co_return co_await as_it_stands(context, exchange, batch);
  batch.state = BatchState::cancelled;
  batch.expires = context.clock.now() + kept;
  command::SaveBatch change{ticket_none, batch, {}, {}};
  co_await save(context, exchange, std::move(change));
  auto cancelled = co_await cancel_jobs(context, exchange, batch);
  if (!cancelled) co_return cancelled.error();
  co_return co_await as_it_stands(context, exchange, batch);
}

}  // namespace

BatchChange create_batch(Context& context, Exchange& exchange, BatchTarget target, Requests requests,
                         BatchExtras extras) {
  return alone(context, exchange, target.endpoint,
               create(context, exchange, target, std::move(requests), extras));
}

BatchChange add_requests(Context& context, Exchange& exchange, BatchTarget target, Requests requests,
                         BatchExtras extras) {
  return alone(context, exchange, target.endpoint,
               add(context, exchange, target, std::move(requests), extras));
}

BatchChange replace_request(Context& context, Exchange& exchange, BatchTarget target, Requests by,
                            BatchExtras extras) {
  return alone(context, exchange, target.endpoint, replace(context, exchange, target, std::move(by), extras));
}

BatchChange finalize_batch(Context& context, Exchange& exchange, BatchTarget target) {
  return alone(context, exchange, target.endpoint, finalize(context, exchange, target));
}

BatchChange cancel_batch(Context& context, Exchange& exchange, BatchTarget target) {
  return alone(context, exchange, target.endpoint, cancel(context, exchange, target));
}

}  // namespace pilotlight::service

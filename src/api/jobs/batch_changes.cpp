#include "api/jobs/batch_changes.hpp"

#include <algorithm>

#include "api/jobs/batch.hpp"
#include "api/jobs/batch_body.hpp"
#include "api/jobs/claim.hpp"
#include "api/json_writer.hpp"
#include "api/payloads.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

constexpr std::size_t requests_per_command = 500;
constexpr std::size_t active_batches_max = 10;  ///< at an endpoint
constexpr std::uint64_t queued_max = 50'000;    ///< jobs in an endpoint's queue, with those of the batch
constexpr milliseconds kept = Limits{}.retention_batch;
constexpr std::size_t parse_aside_from = 256 * 1024;

using Requests = std::vector<JobRequest>;
using Change = awaitable<Response> (*)(Context&, Exchange&, BatchTarget, Requests);
using Parse = Result<Requests> (*)(const Body&);

Response not_a_draft(const Batch& batch) {
  return error_response(409, batch.state == BatchState::cancelled
                                 ? "the batch is cancelled; make another one"
                                 : "the batch is finalized, its requests are jobs; make another one");
}

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

/// Does the change while nobody else changes a batch of the endpoint.
awaitable<Response> do_alone(Context& context, Exchange& exchange, BatchTarget target, Requests requests,
                             Change change) {
  std::string name = "batch " + target.endpoint.text();
  awaitable<Response> work = change(context, exchange, target, std::move(requests));
  auto response = co_await under_claim(context, exchange, std::move(name), std::move(work));
  if (!response)
    co_return error_response(
        503, "another change of a batch of this endpoint is under way; try again in a moment");
  co_return std::move(*response);
}

/// The beginning of every change: finds the endpoint, reads the body, and keeps other changes out meanwhile.
awaitable<Response> begin(Context& context, Request request, Exchange& exchange, Parse parse, Change change) {
  if (request.over_limit) co_return size_refusal(batch_body_max);
  const BatchTarget target = batch_target_of(request);
  const engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::ReadHealth{ticket_none, target.endpoint}, {}, nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) co_return refused(*no);
  auto read = [&request, parse] { return parse(request.body); };
  const bool large = request.body && request.body->size() >= parse_aside_from;
  Result<Requests> requests = Requests();
  if (large)
    requests = co_await on_files_thread(context, exchange, std::move(read));
  else
    requests = read();
  if (!requests) co_return error_response(400, requests.error().message);
  co_return co_await do_alone(context, exchange, target, std::move(*requests), change);
}

awaitable<void> save(Context& context, Exchange& exchange, command::SaveBatch change) {
  co_await context.asker(exchange).ask(engine::Lane::control, std::move(change), {}, nullptr);
}

/// The request under this id, with its bodies.
BatchRequest make_request(Context& context, const Batch& batch, const JobId& id, JobRequest& parsed,
                          std::vector<StoredPayload>& payloads) {
  const auto keep = [&](Body body) {
    const PayloadRef ref = reference(context.engine.draw_row(), body);
    payloads.push_back({ref, std::move(body)});
    return ref;
  };
  BatchRequest request{batch.number,   id,         parsed.policy, keep(std::move(parsed.input)), {},
                       parsed.webhook, parsed.turn};
  JsonWriter extras("");
  extras.text("batchId", batch_id(batch.number)).members(parsed.extras);
  request.extras = keep(make_body(extras.unclosed()));
  return request;
}

/// Makes the change durable with the bodies that it brings; the refusal if the disk does not take them.
awaitable<std::optional<Response>> save_with(Context& context, Exchange& exchange, command::SaveBatch change,
                                             std::vector<StoredPayload> payloads) {
  if (auto refusal = store_refusal(context)) co_return std::move(*refusal);
  const std::vector<PayloadRef> files = files_among(payloads);
  if (!files.empty()) {
    const Result<void> written = co_await write_files(context, exchange, payloads);
    if (!written) co_return error_response(503, "the input could not be stored: " + written.error().message);
  }
  co_await context.asker(exchange).ask(engine::Lane::submit, std::move(change), std::move(payloads), nullptr);
  co_return std::nullopt;
}

/// Adds the requests, if any, and shows the batch and their ids.
awaitable<Response> add_to(Context& context, Exchange& exchange, Batch batch, Requests requests) {
  if (batch.requests + requests.size() > batch_requests_max)
    co_return error_response(400, "a batch has at most " + std::to_string(batch_requests_max) + " requests");
  std::vector<JobId> ids;
  std::size_t at = 0;
  do {
    command::SaveBatch change;
    std::vector<StoredPayload> payloads;
    const std::size_t end = std::min(requests.size(), at + requests_per_command);
    for (; at < end; ++at) {
      const JobId id = JobId::make(context.engine.draw_row(), false, random_bits());
      change.added.push_back(make_request(context, batch, id, requests[at], payloads));
      ids.push_back(id);
    }
    batch.requests += static_cast<std::uint32_t>(change.added.size());
    batch.expires = context.clock.now() + kept;
    change.batch = batch;
    auto refusal = co_await save_with(context, exchange, std::move(change), std::move(payloads));
    if (refusal) co_return std::move(*refusal);
  } while (at < requests.size());
  co_return co_await added_view(context, exchange, batch, std::move(ids));
}

/// How many batches of the endpoint go on; remembers of the others that they do not.
awaitable<Result<std::size_t>> count_active(Context& context, Exchange& exchange, EndpointId endpoint) {
  auto read = [&context, endpoint] { return context.store.batches(endpoint, context.clock.now()); };
  auto all = co_await on_files_thread(context, exchange, std::move(read));
  if (!all) co_return all.error();
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

awaitable<Response> create(Context& context, Exchange& exchange, BatchTarget target, Requests requests) {
  const Result<std::size_t> active = co_await count_active(context, exchange, target.endpoint);
  if (!active) co_return unreadable(active.error());
  if (*active >= active_batches_max)
    co_return error_response(429,
                             "this endpoint has 10 batches that have not ended, its limit; cancel one, or "
                             "wait until one has ended");
  Batch batch;
  batch.number = context.engine.draw_row();
  batch.endpoint = target.endpoint;
  batch.created = context.clock.now();
  co_return co_await add_to(context, exchange, batch, std::move(requests));
}

/// The batch, if it is a draft; else the refusal.
struct Draft {
  std::optional<Batch> batch;
  Response refusal;
};

awaitable<Draft> find_draft(Context& context, Exchange& exchange, BatchTarget target) {
  Draft draft;
  const auto batch = co_await find_batch(context, exchange, target);
  if (!batch)
    draft.refusal = unreadable(batch.error());
  else if (!*batch)
    draft.refusal = no_such_batch();
  else if ((*batch)->state != BatchState::draft)
    draft.refusal = not_a_draft(**batch);
  else
    draft.batch = **batch;
  co_return draft;
}

awaitable<Response> add(Context& context, Exchange& exchange, BatchTarget target, Requests requests) {
  Draft draft = co_await find_draft(context, exchange, target);
  if (!draft.batch) co_return std::move(draft.refusal);
  co_return co_await add_to(context, exchange, *draft.batch, std::move(requests));
}

/// Puts another request, or none, in the place of one.
awaitable<Response> exchange_request(Context& context, Exchange& exchange, BatchTarget target, Requests by) {
  Draft draft = co_await find_draft(context, exchange, target);
  if (!draft.batch) co_return std::move(draft.refusal);
  Batch& batch = *draft.batch;
  Result<std::optional<BatchEntry>> entry = std::optional<BatchEntry>();
  auto read = [&context, target] {
    return context.store.batch_request(target.number, target.request, context.clock.now());
  };
  if (!target.request.empty()) entry = co_await on_files_thread(context, exchange, std::move(read));
  if (!entry) co_return unreadable(entry.error());
  if (!*entry) co_return no_such_batch_request();
  if ((*entry)->job) co_return error_response(409, "this request is a job already; finalize the batch");
  command::SaveBatch change;
  std::vector<StoredPayload> payloads;
  change.removed.push_back((*entry)->request);
  for (JobRequest& request : by)
    change.added.push_back(make_request(context, batch, target.request, request, payloads));
  batch.requests -= by.empty() ? 1 : 0;
  batch.expires = context.clock.now() + kept;
  change.batch = batch;
  auto refusal = co_await save_with(context, exchange, std::move(change), std::move(payloads));
  if (refusal) co_return std::move(*refusal);
  co_return co_await batch_view(context, exchange, batch);
}

/// Some requests of the batch, from this place on.
awaitable<Result<std::vector<BatchEntry>>> read_requests(Context& context, Exchange& exchange, Batch batch,
                                                         std::size_t at) {
  auto read = [&context, &batch, at] { return batch_entries(context, batch, at, requests_per_command); };
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

/// Makes jobs of the requests that are none yet; the refusal of the first that cannot be one.
awaitable<std::optional<Response>> submit(Context& context, Exchange& exchange, Batch batch) {
  // Under the claim of its changes nobody removes requests.
  Batch fixed = batch;
  fixed.state = BatchState::finalized;
  for (std::size_t at = 0; at < batch.requests; at += requests_per_command) {
    const auto entries = co_await read_requests(context, exchange, fixed, at);
    if (!entries) co_return unreadable(entries.error());
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
    if (told != nullptr && told->refusal) co_return refused(*told->refusal);
  }
  co_return std::nullopt;
}

awaitable<Response> finalize(Context& context, Exchange& exchange, BatchTarget target, Requests) {
  const auto found = co_await find_batch(context, exchange, target);
  if (!found) co_return unreadable(found.error());
  if (!*found) co_return no_such_batch();
  Batch batch = **found;
  if (batch.state == BatchState::cancelled) co_return not_a_draft(batch);
  if (batch.state == BatchState::finalized) co_return co_await batch_view(context, exchange, batch);
  if (batch.requests == 0) co_return error_response(400, "the batch has no requests; add some first");
  if (auto refusal = store_refusal(context)) co_return std::move(*refusal);
  const engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::ReadHealth{ticket_none, target.endpoint}, {}, nullptr);
  const auto* health = std::get_if<answer::Health>(&reply.answer);
  if (health != nullptr && health->in_queue + batch.requests > queued_max)
    co_return error_response(429,
                             "the queue of this endpoint would be longer than 50000 jobs; try again later");
  auto refusal = co_await submit(context, exchange, batch);
  if (refusal) co_return std::move(*refusal);
  batch.state = BatchState::finalized;
  batch.expires = context.clock.now() + kept;
  command::SaveBatch change{ticket_none, batch, {}, {}};
  co_await save(context, exchange, std::move(change));
  co_return co_await batch_view(context, exchange, batch);
}

/// Cancels those of its jobs that have not ended.
awaitable<std::optional<Response>> cancel_jobs(Context& context, Exchange& exchange, Batch batch) {
  // Under the claim of its changes nobody removes requests.
  Batch fixed = batch;
  fixed.state = BatchState::finalized;
  for (std::size_t at = 0; at < batch.requests; at += requests_per_command) {
    const auto entries = co_await read_requests(context, exchange, fixed, at);
    if (!entries) co_return unreadable(entries.error());
    for (const auto& [request, job] : *entries)
      if (job && std::holds_alternative<Job>(*job))
        context.asker(exchange).tell(engine::Lane::control,
                                     command::CancelJob{ticket_none, batch.endpoint, request.id});
    // Answered once all of them are carried out and durable.
    co_await context.asker(exchange).ask(engine::Lane::control,
                                         command::ReadHealth{ticket_none, batch.endpoint}, {}, nullptr);
  }
  co_return std::nullopt;
}

awaitable<Response> cancel(Context& context, Exchange& exchange, BatchTarget target, Requests) {
  const auto found = co_await find_batch(context, exchange, target);
  if (!found) co_return unreadable(found.error());
  if (!*found) co_return no_such_batch();
  Batch batch = **found;
  const Result<BatchCounts> counts = co_await count_requests(context, exchange, batch);
  if (!counts) co_return unreadable(counts.error());
  if (has_ended(batch, *counts)) co_return co_await batch_view(context, exchange, batch);
  batch.state = BatchState::cancelled;
  batch.expires = context.clock.now() + kept;
  command::SaveBatch change{ticket_none, batch, {}, {}};
  co_await save(context, exchange, std::move(change));
  auto refusal = co_await cancel_jobs(context, exchange, batch);
  if (refusal) co_return std::move(*refusal);
  co_return co_await batch_view(context, exchange, batch);
}

}  // namespace

awaitable<Response> create_batch(Context& context, Account, Request request, Exchange& exchange) {
  return begin(context, std::move(request), exchange, parse_batch, create);
}

awaitable<Response> add_to_batch(Context& context, Account, Request request, Exchange& exchange) {
  return begin(context, std::move(request), exchange, parse_batch, add);
}

awaitable<Response> replace_batch_request(Context& context, Account, Request request, Exchange& exchange) {
  return begin(context, std::move(request), exchange, parse_one, exchange_request);
}

awaitable<Response> remove_batch_request(Context& context, Account, Request request, Exchange& exchange) {
  return begin(context, std::move(request), exchange, parse_nothing, exchange_request);
}

awaitable<Response> finalize_batch(Context& context, Account, Request request, Exchange& exchange) {
  return begin(context, std::move(request), exchange, parse_nothing, finalize);
}

awaitable<Response> cancel_batch(Context& context, Account, Request request, Exchange& exchange) {
  return begin(context, std::move(request), exchange, parse_nothing, cancel);
}

}  // namespace pilotlight::api

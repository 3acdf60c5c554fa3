#include "api/jobs/submit.hpp"

#include "api/jobs/event_stream.hpp"
#include "api/jobs/idempotency.hpp"
#include "api/jobs/job_request.hpp"
#include "api/jobs/job_view.hpp"
#include "api/responses.hpp"
#include "service/jobs/submit.hpp"

namespace pilotlight::api {
namespace {

using service::Submitted;

constexpr std::size_t parse_aside_from = 256 * 1024;

struct Parsed {
  Result<JobRequest> wished = refusal(Errc::internal, "");
  std::string sha256;  ///< hash of the body; only where it is asked for
};

Parsed parse(const Body& body, bool hashed) {
  return {parse_job_request(body), hashed && body ? service::sha256(*body) : std::string()};
}

awaitable<Parsed> parse_aside(Context& context, Exchange& exchange, Body body, bool hashed) {
  auto read = [body, hashed] { return parse(body, hashed); };
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

/// Submits what was read of the request, once for each key.
awaitable<Result<Submitted>> submit_parsed(Context& context, Exchange& exchange, command::SubmitJob job,
                                           std::optional<std::string> key, Parsed parsed) {
  if (!parsed.wished) return at_once(Result<Submitted>(parsed.wished.error()));
  if (!key) return service::submit(context, exchange, std::move(job), std::move(*parsed.wished));
  job.idempotency = IdempotencyKey{std::move(*key), std::move(parsed.sha256)};
  return service::submit_once(context, exchange, std::move(job), std::move(*parsed.wished));
}

awaitable<Result<Submitted>> submit_large(Context& context, Exchange& exchange, command::SubmitJob job,
                                          std::optional<std::string> key, Body body) {
  Parsed parsed = co_await parse_aside(context, exchange, std::move(body), key.has_value());
  co_return co_await submit_parsed(context, exchange, std::move(job), std::move(key), std::move(parsed));
}

/// Reads the request's job, takes its body, and submits the job.
awaitable<Result<Submitted>> submit(Context& context, Request& request, Exchange& exchange,
                                    command::SubmitJob job, ByteCount limit) {
  if (request.over_limit) return at_once(Result<Submitted>(size_refusal(limit)));
  job.endpoint = target_of(request).endpoint;
  if (job.endpoint.empty())
    return at_once(Result<Submitted>(refusal(Errc::not_found, std::string(no_endpoint))));
  Result<std::optional<std::string>> key = idempotency_key_of(request);
  if (!key) return at_once(Result<Submitted>(key.error()));
  // A job that is there already needs no space.
  if (!*key)
    if (auto accepted = service::accepts_jobs(context); !accepted)
      return at_once(Result<Submitted>(accepted.error()));
  Body body = std::move(request.body);
  if (body && body->size() >= parse_aside_from)
    return submit_large(context, exchange, std::move(job), std::move(*key), std::move(body));
  Parsed parsed = parse(body, key->has_value());
  return submit_parsed(context, exchange, std::move(job), std::move(*key), std::move(parsed));
}

/// Whether the events of the job are wanted; nullopt if that is not clear.
std::optional<bool> streamed_of(const Request& request) {
  const std::string value = request.parameter("stream").value_or("0");
  if (value == "1" || value == "true") return true;
  if (value == "0" || value == "false") return false;
  return std::nullopt;
}

Response brief_view(const service::FoundJob& found) {
  const auto brief = [](const auto& one) { return short_view(one.job.id, one.job.state); };
  return std::visit(brief, found);
}

/// The answer to a request under a key, whose job may have been there before: how it stands now, or, with
/// `wait`, its view when it ends.
awaitable<Response> keyed_view(Context& context, Exchange& exchange, Target target,
                               std::optional<milliseconds> wait) {
  const auto found = co_await service::find_job(context, exchange, target, wait);
  if (!found && found.error().code == Errc::not_found)
    co_return refused(service::outlived_by_its_key(target.job));
  if (!found) co_return refused(found.error());
  co_return wait ? found_view(*found) : brief_view(*found);
}

/// The answer to a /runsync whose job was submitted.
awaitable<Response> waited_for(Context& context, Exchange& exchange, EndpointId endpoint, milliseconds wait,
                               Submitted submitted) {
  if (!submitted.waited) co_return refused(submitted.waited.error());
  if (*submitted.waited) co_return found_view(**submitted.waited);
  co_return co_await keyed_view(context, exchange, {endpoint, submitted.id}, wait);
}

}  // namespace

awaitable<Response> run(Context& context, Account, Request request, Exchange& exchange) {
  const std::optional<bool> streamed = streamed_of(request);
  if (!streamed) co_return error_response(400, "stream is invalid; must be 0 or 1");
  const EndpointId endpoint = target_of(request).endpoint;
  const auto submitted = co_await submit(context, request, exchange, {}, run_max);
  if (!submitted) co_return refused(submitted.error());
  const Target target{endpoint, submitted->id};
  if (!*streamed && submitted->earlier)
    co_return co_await keyed_view(context, exchange, target, std::nullopt);
  if (!*streamed) co_return short_view(submitted->id, JobState::in_queue);
  Response response = co_await event_stream(context, exchange, target, {});
  if (response.status == 404 && submitted->earlier)
    co_return refused(service::outlived_by_its_key(submitted->id));
  co_return response;
}

awaitable<Response> runsync(Context& context, Account, Request request, Exchange& exchange) {
  command::SubmitJob job;
  job.wait = wait_of(request);
  if (!job.wait) co_return refused(wait_refusal());
  const milliseconds wait = *job.wait;
  const EndpointId endpoint = target_of(request).endpoint;
  job.retention = request.parameter("wait") ? RetentionClass::runsync_wait : RetentionClass::runsync;
  auto submitted = co_await submit(context, request, exchange, std::move(job), runsync_max);
  if (!submitted) co_return refused(submitted.error());
  const JobId id = submitted->id;
  Response response = co_await waited_for(context, exchange, endpoint, wait, std::move(*submitted));
  response.headers.emplace_back("X-Runpod-Job-Id", id.text());
  co_return response;
}

}  // namespace pilotlight::api

#include "api/jobs/handlers.hpp"

#include <charconv>

#include "api/jobs/job_request.hpp"
#include "api/jobs/job_view.hpp"
#include "api/json.hpp"
#include "api/payloads.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

using net::awaitable;
using net::Exchange;
using net::Request;
using net::Response;

constexpr std::string_view no_endpoint =
    "endpoint not found: the id is wrong; { myself { endpoints { id } } } of /graphql lists yours";
constexpr std::string_view no_job =
    "job not found: the id is wrong or of another endpoint, or the result is no longer kept (30 minutes "
    "after /run, 1 "
    "after /runsync, 5 with wait)";
constexpr ByteCount run_max = 10ULL << 20;
constexpr ByteCount runsync_max = 20ULL << 20;
constexpr std::size_t parse_aside_from = 256 * 1024;
constexpr milliseconds wait_default{90'000};
constexpr std::int64_t wait_least_ms = 1'000, wait_most_ms = 300'000;
constexpr std::int64_t week_ms = 604'800'000;

struct Target {
  EndpointId endpoint;
  JobId job;
};

/// Endpoint and, where the path has one, job; empty ids for what is not well formed, which then is not found.
Target target_of(const Request& request) {
  const auto parts = net::captures("/v2/{}/x/{}", request.path);
  Target target;
  if (!parts.empty()) target.endpoint = EndpointId::parse(parts[0]).value_or(EndpointId());
  if (parts.size() > 1) target.job = JobId::parse(parts[1]).value_or(JobId());
  return target;
}

Response not_found(std::string_view what) {
  return error_response(404, what);
}

Response size_refusal(ByteCount limit) {
  return error_response(400, "exceeded max body size of " + std::to_string(limit >> 20) + "MiB");
}

awaitable<Result<JobRequest>> parse_aside(Context& context, Exchange& exchange, Body body) {
  Result<JobRequest> result = refusal(Errc::internal, "");
  std::function<void()> work = [&result, body] { result = parse_job_request(body); };
  co_await on_files_thread(context, exchange, std::move(work));
  co_return result;
}

/// A whole number of milliseconds between the bounds; nullopt for anything else.
std::optional<milliseconds> milliseconds_in(std::string_view text, std::int64_t least, std::int64_t most) {
  std::int64_t ms = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  const bool whole = error == std::errc{} && stop == text.data() + text.size();
  if (!whole || ms < least || ms > most) return std::nullopt;
  return milliseconds{ms};
}

/// The `wait` of a runsync: nullopt if it is out of range, the default if it is absent.
std::optional<milliseconds> wait_of(const Request& request) {
  const auto text = request.parameter("wait");
  return text ? milliseconds_in(*text, wait_least_ms, wait_most_ms) : wait_default;
}

Response accepted(const JobId& id, JobState state) {
  return json_response(200,
                       "{\"id\":\"" + id.text() + "\",\"status\":\"" + std::string(wire_name(state)) + "\"}");
}

/// Submits the request's job; the answer, or the response that says why there is none.
awaitable<Response> submit(Context& context, Request request, Exchange& exchange, command::SubmitJob job,
                           ByteCount limit) {
  const auto verdict = context.keys.judge(request);
  if (verdict != ApiKeys::Verdict::accepted) co_return unauthorized(verdict);
  if (request.over_limit) co_return size_refusal(limit);
  job.endpoint = target_of(request).endpoint;
  if (job.endpoint.empty()) co_return not_found(no_endpoint);
  if (!context.store.accepts_jobs())
    co_return error_response(503, "the disk has no space for new jobs; accepted ones go on, try again later");
  Result<JobRequest> parsed = refusal(Errc::internal, "");
  if (request.body &&
      request.body->size() >= parse_aside_from)  // g++ 12 frees twice what `?:` would co_await
    parsed = co_await parse_aside(context, exchange, std::move(request.body));
  else
    parsed = parse_job_request(request.body);
  if (!parsed) co_return refused({parsed.error().code, parsed.error().message});
  const RowNumber row = context.engine.draw_row();
  job.id = JobId::make(row, job.retention != RetentionClass::run, random_bits());
  job.policy = parsed->policy;
  std::vector<StoredPayload> payloads;
  payloads.push_back({reference(row, parsed->input), std::move(parsed->input)});
  job.input = payloads.front().ref;
  if (!parsed->extras.empty()) {
    const Body extras = make_body(std::move(parsed->extras));
    payloads.push_back({reference(context.engine.draw_row(), extras), extras});
    job.extras = payloads.back().ref;
  }
  const std::vector<PayloadRef> files = files_among(payloads);
  if (!files.empty()) {
    const Result<void> written = co_await write_files(context, exchange, payloads);
    if (!written) co_return error_response(503, "the input could not be stored: " + written.error().message);
  }
  const JobId id = job.id;
  const bool sync = job.wait.has_value();
  engine::Reply reply = co_await context.asker(exchange).ask(engine::Lane::submit, std::move(job),
                                                             std::move(payloads), sync ? &exchange : nullptr);
  Response response;
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) {
    discard_files(context, files);
    response = refused(*no);
  } else if (std::holds_alternative<answer::JobAccepted>(reply.answer)) {
    response = accepted(id, JobState::in_queue);
  } else if (const auto* ended = std::get_if<answer::JobEnded>(&reply.answer)) {
    response = final_view(ended->job, reply.bodies.front());
  } else if (const auto* live = std::get_if<answer::JobLive>(&reply.answer)) {
    response = accepted(id, live->state);
  }
  if (sync) response.headers.emplace_back("X-Runpod-Job-Id", id.text());
  co_return response;
}

awaitable<Response> run(Context& context, Request request, Exchange& exchange) {
  return submit(context, std::move(request), exchange, command::SubmitJob{}, run_max);
}

awaitable<Response> runsync(Context& context, Request request, Exchange& exchange) {
  command::SubmitJob job;
  job.wait = wait_of(request);
  const auto verdict = context.keys.judge(request);
  if (verdict != ApiKeys::Verdict::accepted) co_return unauthorized(verdict);
  if (!job.wait) co_return error_response(400, "wait is invalid; must be between 1000 and 300000");
  job.retention = request.parameter("wait") ? RetentionClass::runsync_wait : RetentionClass::runsync;
  co_return co_await submit(context, std::move(request), exchange, std::move(job), runsync_max);
}

/// A final job's row and result from the store, or the 404 that says it is not there (any more).
awaitable<Response> stored_view(Context& context, Exchange& exchange, Target target) {
  Result<std::optional<FinalJob>> found = std::optional<FinalJob>();
  Body result;
  std::function<void()> work = [&] {
    found = context.store.final_job(target.job, context.clock.now());
    if (!found || !*found || !(*found)->result) return;
    Result<Body> body = context.store.read((*found)->result);
    if (body) result = std::move(*body);
  };
  co_await on_files_thread(context, exchange, std::move(work));
  if (!found) co_return error_response(500, found.error().message);
  if (!*found || (*found)->endpoint != target.endpoint) co_return not_found(no_job);
  co_return final_view(**found, result);
}

awaitable<Response> status(Context& context, Request request, Exchange& exchange) {
  const auto verdict = context.keys.judge(request);
  if (verdict != ApiKeys::Verdict::accepted) co_return unauthorized(verdict);
  const Target target = target_of(request);
  if (target.endpoint.empty() || target.job.empty()) co_return not_found(no_job);
  const auto ttl = request.parameter("ttl");
  const auto keep = ttl ? milliseconds_in(*ttl, 0, week_ms) : std::nullopt;
  if (ttl && !keep)
    co_return error_response(
        400, "ttl is invalid; must be a whole number of milliseconds between 0 and 604800000");
  engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::ReadJob{ticket_none, target.endpoint, target.job}, {}, nullptr);
  if (const auto* live = std::get_if<answer::JobLive>(&reply.answer))
    co_return live_view(*live, reply.bodies.front());
  Response response = co_await stored_view(context, exchange, target);
  if (keep && response.status == 200)
    co_await context.asker(exchange).ask(
        engine::Lane::control, command::ShortenRetention{ticket_none, target.job, *keep}, {}, nullptr);
  co_return response;
}

awaitable<Response> cancel(Context& context, Request request, Exchange& exchange) {
  const auto verdict = context.keys.judge(request);
  if (verdict != ApiKeys::Verdict::accepted) co_return unauthorized(verdict);
  const Target target = target_of(request);
  if (target.endpoint.empty() || target.job.empty()) co_return not_found(no_job);
  const engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::CancelJob{ticket_none, target.endpoint, target.job}, {}, nullptr);
  if (const auto* ended = std::get_if<answer::JobEnded>(&reply.answer))
    co_return accepted(target.job, ended->job.state);
  co_return co_await stored_view(context, exchange, target);
}

awaitable<Response> purge(Context& context, Request request, Exchange& exchange) {
  const auto verdict = context.keys.judge(request);
  if (verdict != ApiKeys::Verdict::accepted) co_return unauthorized(verdict);
  const Target target = target_of(request);
  const engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::PurgeQueue{ticket_none, target.endpoint}, {}, nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) co_return refused(*no);
  const auto& purged = std::get<answer::QueuePurged>(reply.answer);
  co_return json_response(200,
                          "{\"removed\":" + std::to_string(purged.removed) + ",\"status\":\"completed\"}");
}

awaitable<Response> health(Context& context, Request request, Exchange& exchange) {
  const auto verdict = context.keys.judge(request);
  if (verdict != ApiKeys::Verdict::accepted) co_return unauthorized(verdict);
  const engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::ReadHealth{ticket_none, target_of(request).endpoint}, {}, nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) co_return refused(*no);
  const auto& h = std::get<answer::Health>(reply.answer);
  const auto field = [](const char* name, std::uint64_t value) {
    return "\"" + std::string(name) + "\":" + std::to_string(value);
  };
  std::string body = "{\"jobs\":{" + field("completed", h.completed) + "," + field("failed", h.failed) + "," +
                     field("inProgress", h.in_progress) + "," + field("inQueue", h.in_queue) + "," +
                     field("retried", h.retried) + "},\"workers\":{" + field("idle", h.idle) + "," +
                     field("initializing", h.initializing) + "," + field("ready", h.ready) + "," +
                     field("running", h.running) + "," + field("throttled", h.throttled) + "," +
                     field("unhealthy", h.unhealthy) + "}";
  if (h.waiting.reason != WaitReason::none)
    body += ",\"pilotlight\":{\"waiting\":" + waiting_json(h.waiting) + "}";
  co_return json_response(200, body + "}");
}

/// The refusal of a caller without a valid key.
std::optional<Response> stranger(const Context& context, const Request& request) {
  const auto verdict = context.keys.judge(request);
  if (verdict == ApiKeys::Verdict::accepted) return std::nullopt;
  return unauthorized(verdict);
}

using Operation = awaitable<Response> (*)(Context&, Request, Exchange&);

net::Route route(Context& context, net::Method method, std::string pattern, ByteCount body_max,
                 Operation operation) {
  return {method,
          std::move(pattern),
          body_max,
          net::Budget::client,
          net::OverLimit::refuse,
          [&context, operation](Request request, Exchange& exchange) {
            return operation(context, std::move(request), exchange);
          },
          [&context](const Request& request) { return stranger(context, request); }};
}

}  // namespace

std::vector<net::Route> job_routes(Context& context) {
  constexpr ByteCount small = 64 * 1024;
  std::vector<net::Route> routes;
  routes.push_back(route(context, net::Method::post, "/v2/{}/run", run_max, run));
  routes.push_back(route(context, net::Method::post, "/v2/{}/runsync", runsync_max, runsync));
  for (const auto method : {net::Method::get, net::Method::post})
    routes.push_back(route(context, method, "/v2/{}/status/{}", small, status));
  routes.push_back(route(context, net::Method::post, "/v2/{}/cancel/{}", small, cancel));
  routes.push_back(route(context, net::Method::post, "/v2/{}/purge-queue", small, purge));
  routes.push_back(route(context, net::Method::get, "/v2/{}/health", small, health));
  return routes;
}

}  // namespace pilotlight::api

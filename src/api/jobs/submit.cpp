#include "api/jobs/submit.hpp"

#include "api/jobs/event_stream.hpp"
#include "api/jobs/idempotency.hpp"
#include "api/jobs/job_view.hpp"
#include "api/payloads.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

constexpr std::size_t parse_aside_from = 256 * 1024;

struct Parsed {
  Result<JobRequest> parts = refusal(Errc::internal, "");
  std::string sha256;  ///< hash of the body; only where it is asked for
};

Parsed parse(const Body& body, bool hashed) {
  return {parse_job_request(body), hashed && body ? sha256(*body) : std::string()};
}

awaitable<Parsed> parse_aside(Context& context, Exchange& exchange, Body body, bool hashed) {
  auto read = [body, hashed] { return parse(body, hashed); };
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

/// Hands in what was read of the request, once for each key.
awaitable<HandedIn> hand_in_parsed(Context& context, Exchange& exchange, command::SubmitJob job,
                                   std::optional<std::string> key, Parsed parsed) {
  if (!parsed.parts)
    return at_once(HandedIn{refused({parsed.parts.error().code, parsed.parts.error().message})});
  if (!key) return hand_in(context, exchange, std::move(job), std::move(*parsed.parts));
  job.idempotency = IdempotencyKey{std::move(*key), std::move(parsed.sha256)};
  return hand_in_once(context, exchange, std::move(job), std::move(*parsed.parts));
}

awaitable<HandedIn> submit_large(Context& context, Exchange& exchange, command::SubmitJob job,
                                 std::optional<std::string> key, Body body) {
  Parsed parsed = co_await parse_aside(context, exchange, std::move(body), key.has_value());
  co_return co_await hand_in_parsed(context, exchange, std::move(job), std::move(key), std::move(parsed));
}

/// Reads the request's job, takes its body, and hands the job in.
awaitable<HandedIn> submit(Context& context, Request& request, Exchange& exchange, command::SubmitJob job,
                           ByteCount limit) {
  if (request.over_limit) return at_once(HandedIn{size_refusal(limit)});
  job.endpoint = target_of(request).endpoint;
  if (job.endpoint.empty()) return at_once(HandedIn{error_response(404, no_endpoint)});
  Result<std::optional<std::string>> key = idempotency_key_of(request);
  if (!key) return at_once(HandedIn{error_response(400, key.error().message)});
  // A job that is there already needs no space.
  if (!*key)
    if (auto refusal = store_refusal(context)) return at_once(HandedIn{std::move(*refusal)});
  Body body = std::move(request.body);
  if (body && body->size() >= parse_aside_from)
    return submit_large(context, exchange, std::move(job), std::move(*key), std::move(body));
  Parsed parsed = parse(body, key->has_value());
  return hand_in_parsed(context, exchange, std::move(job), std::move(*key), std::move(parsed));
}

/// Whether the events of the job are wanted; nullopt if that is not clear.
std::optional<bool> streamed_of(const Request& request) {
  const std::string value = request.parameter("stream").value_or("0");
  if (value == "1" || value == "true") return true;
  if (value == "0" || value == "false") return false;
  return std::nullopt;
}

/// The answer to a request whose job is there already: how it stands now, or, with `wait`, its view when it
/// ends.
awaitable<Response> found(Context& context, Exchange& exchange, Target target,
                          std::optional<milliseconds> wait) {
  static constexpr Views whole{live_view, final_view, outlived_by_its_key};
  static constexpr Views brief{
      [](const answer::JobLive& job, const Body&) { return short_view(job.id, job.state); },
      [](const FinalJob& job, const Body&) { return short_view(job.id, job.state); }, outlived_by_its_key};
  return shown(context, exchange, target, wait, wait ? whole : brief);
}

}  // namespace

awaitable<HandedIn> hand_in(Context& context, Exchange& exchange, command::SubmitJob job, JobRequest parts) {
  const RowNumber row = context.engine.draw_row();
  job.id = JobId::make(row, job.retention != RetentionClass::run, random_bits());
  job.policy = parts.policy;
  job.turn = parts.turn;
  job.webhook = parts.webhook;
  std::vector<StoredPayload> payloads;
  payloads.push_back({reference(row, parts.input), std::move(parts.input)});
  job.input = payloads.front().ref;
  if (!parts.extras.empty()) {
    const Body extras = make_body(std::move(parts.extras));
    payloads.push_back({reference(context.engine.draw_row(), extras), extras});
    job.extras = payloads.back().ref;
  }
  const std::vector<PayloadRef> files = files_among(payloads);
  if (!files.empty()) {
    const Result<void> written = co_await write_files(context, exchange, payloads);
    if (!written)
      co_return HandedIn{error_response(503, "the input could not be stored: " + written.error().message)};
  }
  HandedIn handed{{}, job.id, {}};
  Exchange* const watched = job.wait ? &exchange : nullptr;
  handed.reply = co_await context.asker(exchange).ask(engine::Lane::submit, std::move(job),
                                                      std::move(payloads), watched);
  if (const auto* no = std::get_if<answer::Refused>(&handed.reply.answer)) {
    discard_files(context, files);
    handed.id = {};
    handed.refusal = refused(*no);
  }
  co_return handed;
}

awaitable<Response> run(Context& context, Account, Request request, Exchange& exchange) {
  const std::optional<bool> streamed = streamed_of(request);
  if (!streamed) co_return error_response(400, "stream is invalid; must be 0 or 1");
  const EndpointId endpoint = target_of(request).endpoint;
  HandedIn handed = co_await submit(context, request, exchange, {}, run_max);
  if (handed.refusal) co_return std::move(*handed.refusal);
  const Target target{endpoint, handed.id};
  if (!*streamed && handed.earlier) co_return co_await found(context, exchange, target, std::nullopt);
  if (!*streamed) co_return short_view(handed.id, JobState::in_queue);
  Response response = co_await event_stream(context, exchange, target, {});
  if (response.status == 404 && handed.earlier) co_return outlived_by_its_key(handed.id);
  co_return response;
}

awaitable<Response> runsync(Context& context, Account, Request request, Exchange& exchange) {
  command::SubmitJob job;
  job.wait = wait_of(request);
  if (!job.wait) co_return wait_refusal();
  const milliseconds wait = *job.wait;
  const EndpointId endpoint = target_of(request).endpoint;
  job.retention = request.parameter("wait") ? RetentionClass::runsync_wait : RetentionClass::runsync;
  HandedIn handed = co_await submit(context, request, exchange, std::move(job), runsync_max);
  Response response;
  if (!handed.refusal && lacks_body(handed.reply)) {
    const auto body = co_await missing_body(context, exchange, handed.reply.answer);
    if (body)
      handed.reply.bodies.front() = *body;
    else
      handed.refusal = unreadable(body.error());
  }
  if (handed.refusal)
    response = std::move(*handed.refusal);
  else if (const auto* ended = std::get_if<answer::JobEnded>(&handed.reply.answer))
    response = final_view(ended->job, handed.reply.bodies.front());
  else if (const auto* live = std::get_if<answer::JobLive>(&handed.reply.answer))
    response = live_view(*live, handed.reply.bodies.front());
  else if (std::holds_alternative<answer::JobAccepted>(handed.reply.answer))
    response = co_await found(context, exchange, {endpoint, handed.id}, wait);
  if (!handed.id.empty()) response.headers.emplace_back("X-Runpod-Job-Id", handed.id.text());
  co_return response;
}

}  // namespace pilotlight::api

#include "api/worker/handlers.hpp"

#include <limits>

#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "api/worker/queries.hpp"
#include "api/worker/result_body.hpp"
#include "base/log.hpp"
#include "service/ask.hpp"
#include "service/payloads.hpp"
#include "service/workers/environment.hpp"

namespace pilotlight::api {
namespace {

using service::Asker;
using service::discard_files;
using service::files_among;
using service::pause;
using service::random_bits;
using service::reference;
using service::write_files;

/// Workers repeat a refused poll at once and for ever; this is what keeps them from a hot loop.
constexpr std::chrono::milliseconds refusal_delay{5'000};

/// Polls that began together shall not all come back together.
milliseconds draw_hold(const Settings& settings) {
  const std::int64_t spread = settings.poll_hold.count() / 10;
  const auto drawn = static_cast<std::int64_t>(random_bits() % static_cast<std::uint64_t>(2 * spread + 1));
  return settings.poll_hold + milliseconds{drawn - spread};
}

/// The worker that the path names, if the token proves it; empty otherwise.
WorkerId worker_of(const Context& context, const Request& request) {
  const auto parts = net::captures("/v2/{}/x/{}", request.path);
  const WorkerId worker = WorkerId::parse(parts.at(1)).value_or(WorkerId());
  return !worker.empty() && context.tokens.accepts(token_of(request), worker) ? worker : WorkerId();
}

awaitable<Response> slow_refusal(Exchange& exchange) {
  co_await pause(exchange, refusal_delay);
  co_return error_response(401,
                           "the server does not know this worker, or has removed it; a worker must use the "
                           "URLs of its environment, which contain its token");
}

void append_job_head(std::string& out, const answer::Delivery& job, const Body& extras) {
  JsonWriter json;
  json.text("id", job.id.text()).text("status", "IN_PROGRESS").number("delayTime", job.delay.count());
  json.number("retries", job.retries);
  if (extras) json.members(*extras);
  out += json.value_follows("input").unclosed();
}

/// The jobs as the worker wants them, and what happens if it never sees them.
Response deliver(Context& context, Exchange& exchange, Ticket poll, const answer::JobsTaken& taken,
                 const std::vector<Body>& bodies, bool list) {
  Response response;
  bool complete = true;
  std::vector<JobId> ids;
  for (std::size_t i = 0; i < taken.jobs.size(); ++i) {
    const answer::Delivery& job = taken.jobs[i];
    ids.push_back(job.id);
    complete = complete && bodies[2 * i] != nullptr && (!job.extras || bodies[2 * i + 1] != nullptr);
  }
  Asker& asker = context.asker(exchange);
  const WorkerId worker = taken.worker;
  if (!complete) {
    log::error("input_missing worker={} job={}", worker.view(), ids.front().text());
    asker.tell(engine::Lane::worker, command::Undelivered{worker, poll, ids});
    return no_content();
  }
  if (taken.jobs.size() == 1) {
    if (list) response.head = "[";
    append_job_head(response.head, taken.jobs.front(), bodies[1]);
    response.payload = bodies[0];
    response.tail = list ? "}]" : "}";
  } else {
    for (std::size_t i = 0; i < taken.jobs.size(); ++i) {
      response.head += i == 0 ? '[' : ',';
      append_job_head(response.head, taken.jobs[i], bodies[2 * i + 1]);
      response.head += *bodies[2 * i] + "}";
    }
    response.head += ']';
  }
  response.after_write = [&asker, worker, poll, ids](bool written) {
    if (!written) asker.tell(engine::Lane::worker, command::Undelivered{worker, poll, ids});
  };
  return response;
}

awaitable<Response> take(Context& context, Request request, Exchange& exchange, bool list) {
  command::TakeJobs poll;
  poll.worker = worker_of(context, request);
  if (poll.worker.empty()) co_return co_await slow_refusal(exchange);
  if (list) poll.max = batch_size_of(request);
  poll.job_in_progress = job_in_progress_of(request);
  poll.sdk = sdk_of(request);
  poll.hold = draw_hold(context.settings);
  poll.arrived = context.clock.now();
  const engine::Reply reply =
      co_await context.asker(exchange).ask(engine::Lane::worker, std::move(poll), {}, &exchange);
  if (const auto* taken = std::get_if<answer::JobsTaken>(&reply.answer))
    co_return deliver(context, exchange, reply.ticket, *taken, reply.bodies, list);
  if (std::holds_alternative<answer::Refused>(reply.answer)) co_return co_await slow_refusal(exchange);
  co_return no_content();
}

awaitable<Response> take_one(Context& context, Request request, Exchange& exchange) {
  co_return co_await take(context, std::move(request), exchange, false);
}

awaitable<Response> take_batch(Context& context, Request request, Exchange& exchange) {
  co_return co_await take(context, std::move(request), exchange, true);
}

awaitable<Response> poll_stops(Context& context, Request request, Exchange& exchange) {
  command::PollStops poll;
  poll.worker = worker_of(context, request);
  if (poll.worker.empty()) co_return co_await slow_refusal(exchange);
  poll.sdk = sdk_of(request);
  poll.hold = draw_hold(context.settings);
  const engine::Reply reply =
      co_await context.asker(exchange).ask(engine::Lane::worker, std::move(poll), {}, &exchange);
  if (std::holds_alternative<answer::Refused>(reply.answer)) co_return co_await slow_refusal(exchange);
  const auto* stops = std::get_if<answer::StopJobs>(&reply.answer);
  if (stops == nullptr) co_return no_content();
  JsonWriter json;
  json.list("jobsToStop");
  for (const JobId& job : stops->jobs) json.text_element(job.text());
  co_return json_response(200, json.end().done());
}

awaitable<Response> ping(Context& context, Request request, Exchange& exchange) {
  command::Heartbeat heartbeat;
  heartbeat.worker = worker_of(context, request);
  if (heartbeat.worker.empty())
    co_return error_response(401, "the server does not know this worker, or has removed it");
  heartbeat.jobs = pinged_jobs_of(request);
  heartbeat.sdk = sdk_of(request);
  heartbeat.unhealthy = unhealthy_of(request);
  context.asker(exchange).tell(engine::Lane::worker, std::move(heartbeat));
  co_return json_response(200, "{}");
}

/// The answer to a result from an unknown worker or for no job: a refusal would not be retried and helps
/// nobody. No warning, because any stranger can send one.
Response dropped() {
  log::info("result_dropped reason=\"unknown worker or job\"");
  return json_response(200, "{}");
}

awaitable<Response> done(Context& context, Request request, Exchange& exchange) {
  const WorkerId worker = worker_of(context, request);
  const auto parts = net::captures("/v2/{}/x/{}/{}", request.path);
  const auto job = JobId::parse(parts.at(2));
  if (worker.empty() || !job) co_return dropped();
  const InFlight::Guard guard(context.in_flight, worker);
  ResultBody result = request.over_limit ? too_large_result(request.body_bytes, context.settings.result_max)
                                         : parse_result(request.body);
  request.body.reset();
  const Body text = make_body(std::move(result.text));
  const PayloadRef ref = reference(context.engine.draw_row(), text);
  std::vector<StoredPayload> payloads;
  if (ref) payloads.push_back({ref, text});
  const std::vector<PayloadRef> files = files_among(payloads);
  Result<void> written;
  if (!files.empty()) written = co_await write_files(context, exchange, payloads);
  while (!written && written.error().code == Errc::no_space) {
    // The worker would drop its result on a refusal: it waits here until there is room.
    co_await pause(exchange, std::chrono::milliseconds{250});
    written = co_await write_files(context, exchange, payloads);
  }
  if (!written) co_return error_response(503, "the result could not be stored: " + written.error().message);
  Command command;
  if (result.progress)
    command = command::ReportProgress{ticket_none, worker, *job, ref};
  else
    command = command::FinishJob{
        ticket_none, worker, *job, result.failed, ref, result.stop_worker, std::move(result.error)};
  const engine::Reply reply = co_await context.asker(exchange).ask(engine::Lane::worker, std::move(command),
                                                                   std::move(payloads), nullptr);
  const auto* finished = std::get_if<answer::JobFinished>(&reply.answer);
  if (finished == nullptr || !finished->counted) discard_files(context, files);
  co_return json_response(200, "{}");
}

/// Whether there is space for a chunk, now or soon: the reserve is for results, and a worker that waits for
/// long neither streams nor ends.
awaitable<bool> space_for_chunk(Context& context, Exchange& exchange) {
  constexpr std::chrono::milliseconds longest{5'000}, step{250};
  for (std::chrono::milliseconds waited{0};; waited += step) {
    const Result<void> accepted = context.store.accepts_jobs();
    if (accepted || accepted.error().code != Errc::no_space) co_return true;
    if (waited >= longest) co_return false;
    co_await pause(exchange, step);
  }
}

awaitable<Response> chunk(Context& context, Request request, Exchange& exchange) {
  const WorkerId worker = worker_of(context, request);
  const auto job = JobId::parse(net::captures("/v2/{}/x/{}/{}", request.path).at(2));
  if (worker.empty() || !job) co_return dropped();
  const InFlight::Guard guard(context.in_flight, worker);
  command::PostChunk post{ticket_none, worker, *job, {}};
  std::vector<StoredPayload> payloads;
  if (request.over_limit) {
    // More than a whole stream may be: no chunk, but what it says about the job is known.
    post.chunk.bytes = std::numeric_limits<std::uint32_t>::max();
  } else {
    Result<Body> text = parse_chunk(request.body);
    request.body.reset();
    if (!text) co_return error_response(400, text.error().message);
    post.no_space = !co_await space_for_chunk(context, exchange);
    if (!post.no_space) {
      post.chunk = reference(context.engine.draw_row(), *text);
      payloads.push_back({post.chunk, std::move(*text)});
    }
  }
  std::vector<PayloadRef> files = files_among(payloads);
  if (!files.empty()) {
    const Result<void> written = co_await write_files(context, exchange, payloads);
    if (!written && written.error().code != Errc::no_space)
      co_return error_response(503, "the chunk could not be stored: " + written.error().message);
    if (!written) {
      post.no_space = true;
      post.chunk = {};
      payloads.clear();
      files.clear();
    }
  }
  const engine::Reply reply = co_await context.asker(exchange).ask(engine::Lane::worker, std::move(post),
                                                                   std::move(payloads), nullptr);
  const auto* finished = std::get_if<answer::JobFinished>(&reply.answer);
  if (finished == nullptr || !finished->counted) discard_files(context, files);
  co_return json_response(200, "{}");
}

awaitable<Response> worker_env(Context& context, Account, Request request, Exchange& exchange) {
  command::RegisterWorker registration;
  registration.endpoint =
      EndpointId::parse(net::captures("/v2/{}", request.path).at(0)).value_or(EndpointId());
  registration.worker = WorkerId::generate(14, random_bits);
  const auto made =
      co_await service::ask<answer::WorkerRegistered>(context, exchange, std::move(registration));
  if (!made) co_return refused(made.error());
  const service::Environment all =
      service::merged({service::default_environment(),
                       service::platform_environment(context.settings.public_url, context.tokens,
                                                     made->worker, made->endpoint)});
  JsonWriter json;
  for (const auto& [name, value] : all) json.text(name, value);
  co_return json_response(200, json.done());
}

using Operation = awaitable<Response> (*)(Context&, Request, Exchange&);

Door door(Context& context, net::Method method, std::string pattern, ByteCount body_max, net::Budget budget,
          net::OverLimit over, Operation operation) {
  return {Access::workers,
          {method,
           std::move(pattern),
           body_max,
           budget,
           over,
           [&context, operation](Request request, Exchange& exchange) {
             return operation(context, std::move(request), exchange);
           },
           {},
           net::HeadRequests::as_get,
           // The token, not the path: strangers cannot use up a worker's share.
           token_of}};
}

}  // namespace

std::vector<Door> worker_doors(Context& context) {
  using net::Budget;
  using net::Method;
  using net::OverLimit;
  std::vector<Door> doors;
  const auto poll = [&](const char* pattern, Operation operation) {
    doors.push_back(door(context, Method::get, pattern, 0, Budget::worker, OverLimit::discard, operation));
    doors.back().route.head_requests = net::HeadRequests::refused;
  };
  poll("/v2/{}/job-take/{}", take_one);
  poll("/v2/{}/job-take-batch/{}", take_batch);
  poll("/v2/{}/job-stop/{}", poll_stops);
  poll("/v2/{}/ping/{}", ping);
  const auto report = [&](const char* pattern, ByteCount body_max, Operation operation) {
    doors.push_back(
        door(context, Method::post, pattern, body_max, Budget::worker, OverLimit::discard, operation));
    doors.back().route.admission = [&context](const Request& request) -> std::optional<Response> {
      if (!worker_of(context, request).empty()) return std::nullopt;
      return dropped();
    };
  };
  report("/v2/{}/job-done/{}/{}", context.settings.result_max, done);
  report("/v2/{}/job-stream/{}/{}", Limits{}.stream_bytes_max, chunk);
  return doors;
}

std::vector<AccountRoute> worker_env_routes(Context& context) {
  return {account_route(context, KeyRole::all, net::Method::post, "/v2/{}/worker-env", 4096, worker_env)};
}

}  // namespace pilotlight::api

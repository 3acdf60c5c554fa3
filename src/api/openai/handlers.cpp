#include "api/openai/handlers.hpp"

#include "api/jobs/door.hpp"
#include "api/jobs/event_stream.hpp"
#include "api/jobs/job_view.hpp"
#include "api/jobs/stream_reader.hpp"
#include "api/jobs/submit.hpp"
#include "api/json.hpp"
#include "api/openai/answers.hpp"
#include "api/payloads.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

constexpr milliseconds wait_at_a_time{300'000};
/// After it a client whose job still waits is told that it was understood, before a proxy gives up.
constexpr milliseconds silence_max{15'000};

Response respond(OpenAiAnswer answer) {
  Response response = json_response(answer.status, std::move(answer.body));
  // The packages of the API would run the job again, twice, for every 5xx.
  if (answer.status != 200) response.headers.emplace_back("X-Should-Retry", "false");
  return response;
}

Response with_job(Response response, const JobId& job) {
  response.headers.emplace_back("X-Runpod-Job-Id", job.text());
  return response;
}

/// A refusal of the job API in this API's words. That of a paused endpoint stays as it is, because clients
/// wait for exactly that body.
Response reworded(Response refusal) {
  std::string message;
  for_each_field(copy_body(refusal.head), [&message](std::string_view name, std::string_view raw) {
    if (name == "error" || name == "detail") message = json_text(raw).value_or("");
  });
  if (message != answer::endpoint_paused) refusal.head = openai_error(refusal.status, message).body;
  return refusal;
}

Response reworded_unauthorized(ApiKeys::Verdict verdict) {
  return reworded(unauthorized(verdict));
}

Body view_of(const FinalJob& job, const Body& result) {
  return make_body(whole_body(final_view(job, result)));
}

/// The event stream of a job.
class Stream final : public net::BodyParts {
 public:
  /// `give_up` is called when the rest of the job is of no use.
  Stream(Context& context, Exchange& exchange, Target target, std::function<void()> give_up)
      : reader_(context, exchange, target, StreamPosition()), give_up_(std::move(give_up)) {}

  /// Waits for what decides the status of the response: the first chunk, or the end; not for ever.
  awaitable<> begin() {
    const StreamReader::Step step = co_await reader_.next(silence_max);
    take(step);
  }

  /// The whole answer, if the job failed before it streamed anything.
  const std::optional<OpenAiAnswer>& failure() const { return failure_; }

  awaitable<std::optional<std::string>> next() override {
    while (pending_.empty() && !over_) {
      const StreamReader::Step step = co_await reader_.next(silence_max);
      take(step);
      if (pending_.empty() && !over_ && events_.between_events()) pending_ = ": still here\n\n";
    }
    if (pending_.empty()) co_return std::nullopt;
    co_return std::exchange(pending_, {});
  }

 private:
  void take(const StreamReader::Step& step) {
    if (step.began_anew) {
      give_up_();
      return fail(openai_error(500, "the worker was lost in the middle of its answer"));
    }
    for (const Body& chunk : step.chunks)
      if (chunk) pending_ += events_.text(*chunk);
    switch (step.found) {
      case StreamReader::Found::chunks: return;
      case StreamReader::Found::hang_up: over_ = true; return;
      case StreamReader::Found::no_job: return fail(openai_error(500, "the job is no longer kept"));
      case StreamReader::Found::unreadable: return fail(openai_error(500, step.problem));
      case StreamReader::Found::end: return end(view_of(*reader_.final_job(), step.result));
    }
  }

  void end(const Body& view) {
    if (reader_.final_job()->state != JobState::completed)
      return fail(*openai_answer(reader_.final_job()->state, view));
    if (events_.empty())
      for_each_field(view, [this](std::string_view name, std::string_view raw) {
        if (name == "output") pending_ += events_.all_of(copy_body(raw));
      });
    pending_ += events_.end();
    over_ = true;
  }

  void fail(OpenAiAnswer error) {
    over_ = true;
    pending_ += events_.failure(error.body);
    if (events_.empty()) failure_ = std::move(error);
  }

  StreamReader reader_;
  const std::function<void()> give_up_;
  OpenAiEvents events_;
  std::string pending_;
  bool over_ = false;
  std::optional<OpenAiAnswer> failure_;
};

awaitable<Response> streamed(Context& context, Exchange& exchange, Target target,
                             const std::function<void()>& give_up) {
  auto stream = std::make_shared<Stream>(context, exchange, target, give_up);
  co_await stream->begin();
  if (stream->failure()) co_return with_job(respond(*stream->failure()), target.job);
  co_return events_response(std::move(stream), target.job);
}

/// The JSON of the first thing that a final job streamed; empty if there is none.
awaitable<Result<std::string>> first_chunk(Context& context, Exchange& exchange, Target target) {
  auto read = [&context, target]() -> Result<std::string> {
    const auto stream = context.store.stream(target.job);
    if (!stream) return stream.error();
    if (!*stream) return std::string();
    const auto chunks = context.store.chunks(target.job, (*stream)->run, 0, 1);
    if (!chunks) return chunks.error();
    const bool any = !chunks->empty() && chunks->front();
    return any ? *chunks->front() : std::string();
  };
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

awaitable<Response> ended(Context& context, Exchange& exchange, Target target, JobState state, Body view) {
  std::optional<OpenAiAnswer> answer = openai_answer(state, view);
  if (answer) co_return respond(std::move(*answer));
  const Result<std::string> first = co_await first_chunk(context, exchange, target);
  if (!first) co_return respond(openai_error(500, first.error().message));
  if (first->empty()) co_return respond(openai_error(500, "the worker answered nothing"));
  co_return respond(openai_value(*first));
}

/// Waits for the end of a job that was handed in with the wish to wait for it.
awaitable<Response> whole(Context& context, Exchange& exchange, Target target, engine::Reply reply) {
  while (std::holds_alternative<answer::JobLive>(reply.answer))
    reply = co_await context.asker(exchange).ask(
        engine::Lane::control, command::ReadJob{ticket_none, target.endpoint, target.job, wait_at_a_time}, {},
        &exchange);
  if (lacks_body(reply)) {
    const auto body = co_await missing_body(context, exchange, reply.answer);
    if (!body) co_return respond(openai_error(500, body.error().message));
    reply.bodies.front() = *body;
  }
  if (const auto* end = std::get_if<answer::JobEnded>(&reply.answer)) {
    Body view = view_of(end->job, reply.bodies.front());
    co_return co_await ended(context, exchange, target, end->job.state, std::move(view));
  }
  if (std::holds_alternative<answer::Abandoned>(reply.answer)) co_return Response();
  const auto stored = co_await ended_job(context, exchange, target);
  if (!stored) co_return respond(openai_error(500, stored.error().message));
  if (!*stored) co_return respond(openai_error(500, "the job is no longer kept"));
  Body view = view_of((*stored)->job, (*stored)->result);
  co_return co_await ended(context, exchange, target, (*stored)->job.state, std::move(view));
}

/// Makes the body strict JSON; the refusal if it cannot be one.
std::optional<Response> bad_body(Request& request) {
  if (request.over_limit)
    return respond(
        openai_error(413, "exceeded max body size of " + std::to_string(runsync_max >> 20) + "MiB"));
  if (!request.body || request.body->empty()) {
    if (request.method == net::Method::post)
      return respond(openai_error(400, "the body is empty; send the request's parameters as JSON"));
    return std::nullopt;
  }
  const auto strict = strict_json(request.body, Writer::client);
  if (!strict) return respond(openai_error(400, "the body is not valid JSON: " + strict.error().message));
  request.body = strict->text;
  return std::nullopt;
}

awaitable<Response> openai(Context& context, Account, Request request, Exchange& exchange) {
  if (auto refusal = bad_body(request)) co_return std::move(*refusal);
  Target target = target_of(request);
  if (target.endpoint.empty()) co_return respond(openai_error(404, no_endpoint));
  if (auto refusal = store_refusal(context)) co_return reworded(std::move(*refusal));
  constexpr std::string_view prefix = "/openai";
  const std::string route = request.path.substr(request.path.find(prefix) + prefix.size());
  const Body body = request.body && !request.body->empty() ? std::move(request.body) : nullptr;
  const bool stream = wants_stream(body);
  JobRequest parts;
  parts.input = make_body(openai_job_input(route, body));
  command::SubmitJob job;
  job.endpoint = target.endpoint;
  if (!stream) job.wait = wait_at_a_time;
  HandedIn handed = co_await hand_in(context, exchange, std::move(job), std::move(parts));
  if (handed.refusal) co_return reworded(std::move(*handed.refusal));
  target.job = handed.id;
  // Nobody else knows the job: without its client it would only cost.
  std::function<void()> give_up = [&asker = context.asker(exchange), target] {
    asker.tell(engine::Lane::control, command::CancelJob{ticket_none, target.endpoint, target.job});
  };
  Response response;
  if (stream) {
    response = co_await streamed(context, exchange, target, give_up);
  } else {
    response = co_await whole(context, exchange, target, std::move(handed.reply));
    response = with_job(std::move(response), target.job);
  }
  response.after_write = [give_up](bool written) {
    if (!written) give_up();
  };
  co_return response;
}

}  // namespace

std::vector<AccountRoute> openai_routes(Context& context) {
  std::vector<AccountRoute> routes;
  for (const auto method : {net::Method::get, net::Method::post}) {
    AccountRoute& route =
        routes.emplace_back(account_route(context, method, "/v2/{}/openai/{*}", runsync_max, openai));
    route.refusal = reworded_unauthorized;
    route.route.head_requests = net::HeadRequests::refused;
  }
  return routes;
}

}  // namespace pilotlight::api

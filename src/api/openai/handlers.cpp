#include "api/openai/handlers.hpp"

#include "api/jobs/door.hpp"
#include "api/jobs/event_stream.hpp"
#include "api/jobs/job_view.hpp"
#include "api/jobs/submit.hpp"
#include "api/json.hpp"
#include "api/openai/answers.hpp"
#include "api/responses.hpp"
#include "domain/command.hpp"
#include "service/jobs/submit.hpp"
#include "service/streams/poll.hpp"
#include "service/streams/stream_reader.hpp"

namespace pilotlight::api {
namespace {

using service::StreamReader;

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

/// A refusal in this API's words. That of a paused endpoint stays as it is, because clients wait for exactly
/// that body.
Response reworded(Response refusal, std::string_view message) {
  if (message != answer::endpoint_paused) refusal.head = openai_error(refusal.status, message).body;
  return refusal;
}

Response reworded(const Error& error) {
  return reworded(refused(error), error.message);
}

Response reworded_unauthorized(ApiKeys::Verdict verdict) {
  return reworded(unauthorized(verdict), unauthorized_text(verdict));
}

/// The answer where a job's end cannot be told: it is lost, or unreadable.
Response lost(const Error& error) {
  return respond(
      openai_error(500, error.code == Errc::not_found ? "the job is no longer kept" : error.message));
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

awaitable<Response> ended(Context& context, Exchange& exchange, Target target, service::EndedJob job) {
  const Body view = view_of(job.job, job.result);
  std::optional<OpenAiAnswer> answer = openai_answer(job.job.state, view);
  if (answer) co_return respond(std::move(*answer));
  const auto first = co_await service::first_chunk(context, exchange, target);
  if (!first) co_return respond(openai_error(500, first.error().message));
  if (!*first || (*first)->empty()) co_return respond(openai_error(500, "the worker returned no output"));
  co_return respond(openai_value(**first));
}

/// Waits for the end of a job that was submitted with the wish to wait for it.
awaitable<Response> whole(Context& context, Exchange& exchange, Target target, service::Submitted submitted) {
  if (!submitted.waited) co_return lost(submitted.waited.error());
  std::optional<service::FoundJob> found = std::move(*submitted.waited);
  while (!found || std::holds_alternative<service::LiveJob>(*found)) {
    auto next = co_await service::find_job(context, exchange, target, wait_at_a_time);
    if (!next) co_return lost(next.error());
    found = std::move(*next);
  }
  co_return co_await ended(context, exchange, target, std::get<service::EndedJob>(std::move(*found)));
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
  if (auto accepted = service::accepts_jobs(context); !accepted) co_return reworded(accepted.error());
  constexpr std::string_view prefix = "/openai";
  const std::string route = request.path.substr(request.path.find(prefix) + prefix.size());
  const Body body = request.body && !request.body->empty() ? std::move(request.body) : nullptr;
  const bool stream = wants_stream(body);
  service::JobRequest wished;
  wished.input = make_body(openai_job_input(route, body));
  command::SubmitJob job;
  job.endpoint = target.endpoint;
  if (!stream) job.wait = wait_at_a_time;
  auto submitted = co_await service::submit(context, exchange, std::move(job), std::move(wished));
  if (!submitted) co_return reworded(submitted.error());
  target.job = submitted->id;
  // Nobody else knows the job: without its client it would only cost.
  std::function<void()> give_up = [&asker = context.asker(exchange), target] {
    asker.tell(engine::Lane::control, command::CancelJob{ticket_none, target.endpoint, target.job});
  };
  Response response;
  if (stream) {
    response = co_await streamed(context, exchange, target, give_up);
  } else {
    response = co_await whole(context, exchange, target, std::move(*submitted));
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
    AccountRoute& route = routes.emplace_back(
        account_route(context, KeyRole::jobs, method, "/v2/{}/openai/{*}", runsync_max, openai));
    route.refusal = reworded_unauthorized;
    route.lasting = Lasting::waits;
    route.route.head_requests = net::HeadRequests::refused;
  }
  return routes;
}

}  // namespace pilotlight::api

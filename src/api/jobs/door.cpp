#include "api/jobs/door.hpp"

#include "api/jobs/job_view.hpp"
#include "api/json_writer.hpp"
#include "api/payloads.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

constexpr milliseconds wait_default{90'000};
constexpr std::int64_t wait_least_ms = 1'000, wait_most_ms = 300'000;

}  // namespace

Target target_of(const Request& request) {
  const auto parts = net::captures("/v2/{}/x/{}", request.path);
  Target target;
  if (!parts.empty()) target.endpoint = EndpointId::parse(parts[0]).value_or(EndpointId());
  if (parts.size() > 1) target.job = JobId::parse(parts[1]).value_or(JobId());
  return target;
}

Response no_such_job() {
  return error_response(404,
                        "job not found: the id is wrong or of another endpoint, or the result is no longer "
                        "kept (30 minutes after /run, 1 after /runsync, 5 with wait)");
}

std::optional<Response> store_refusal(Context& context) {
  const Result<void> accepted = context.store.accepts_jobs();
  if (accepted) return std::nullopt;
  return error_response(503, accepted.error().message);
}

Response size_refusal(ByteCount limit) {
  return error_response(400, "exceeded max body size of " + std::to_string(limit >> 20) + "MiB");
}

std::optional<milliseconds> milliseconds_in(std::string_view text, std::int64_t least, std::int64_t most) {
  const auto ms = number_in(text, least, most);
  return ms ? std::optional(milliseconds{*ms}) : std::nullopt;
}

std::optional<milliseconds> wait_of(const Request& request) {
  const auto text = request.parameter("wait");
  return text ? milliseconds_in(*text, wait_least_ms, wait_most_ms) : wait_default;
}

Response wait_refusal() {
  return error_response(400, "wait is invalid; must be between 1000 and 300000");
}

Response short_view(const JobId& id, JobState state) {
  JsonWriter json;
  json.text("id", id.text()).text("status", wire_name(state));
  return json_response(200, json.done());
}

Result<std::optional<FinalJob>> final_row(Context& context, const Target& target) {
  auto row = context.store.final_job(target.job, context.clock.now());
  if (row && *row && (*row)->endpoint != target.endpoint) return std::optional<FinalJob>();
  return row;
}

awaitable<Result<std::optional<EndedJob>>> ended_job(Context& context, Exchange& exchange, Target target) {
  auto read = [&context, target]() -> Result<std::optional<EndedJob>> {
    auto row = final_row(context, target);
    if (!row) return row.error();
    if (!*row) return std::optional<EndedJob>();
    Result<Body> result = result_of(context.store, **row);
    if (result) return EndedJob{std::move(**row), std::move(*result)};
    if (result.error().code != Errc::not_found) return result.error();
    return std::optional<EndedJob>();
  };
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

awaitable<Response> shown(Context& context, Exchange& exchange, Target target,
                          std::optional<milliseconds> wait, const Views& views) {
  if (target.endpoint.empty() || target.job.empty()) co_return views.absent(target.job);
  for (bool again = false;; again = true) {
    engine::Reply reply = co_await context.asker(exchange).ask(
        engine::Lane::control, command::ReadJob{ticket_none, target.endpoint, target.job, wait}, {},
        wait ? &exchange : nullptr);
    if (lacks_body(reply)) {
      const auto body = co_await missing_body(context, exchange, reply.answer);
      if (!body) co_return unreadable(body.error());
      reply.bodies.front() = *body;
    }
    if (const auto* live = std::get_if<answer::JobLive>(&reply.answer))
      co_return views.live(*live, reply.bodies.front());
    if (const auto* ended = std::get_if<answer::JobEnded>(&reply.answer))
      co_return views.ended(ended->job, reply.bodies.front());
    const auto stored = co_await ended_job(context, exchange, target);
    if (!stored) co_return unreadable(stored.error());
    if (*stored) co_return views.ended((*stored)->job, (*stored)->result);
    // Between the two looks a retry may have brought it from the store into the core.
    if (again) co_return views.absent(target.job);
  }
}

awaitable<Response> stored_view(Context& context, Exchange& exchange, Target target) {
  const auto stored = co_await ended_job(context, exchange, target);
  if (!stored) co_return unreadable(stored.error());
  if (!*stored) co_return no_such_job();
  co_return final_view((*stored)->job, (*stored)->result);
}

}  // namespace pilotlight::api

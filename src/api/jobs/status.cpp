#include "api/jobs/status.hpp"

#include "api/jobs/job_view.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

constexpr std::int64_t week_ms = 604'800'000;

Response view_of(const Result<Standing>& found) {
  if (!found) return error_response(500, found.error().message);
  if (const auto* live = std::get_if<LiveJob>(&*found)) return live_view(live->job, live->progress);
  if (const auto* ended = std::get_if<EndedJob>(&*found)) return final_view(ended->job, ended->result);
  return no_such_job();
}

}  // namespace

awaitable<Response> status(Context& context, Request request, Exchange& exchange) {
  if (auto refusal = stranger(context, request)) co_return std::move(*refusal);
  const auto ttl = request.parameter("ttl");
  const auto keep = ttl ? milliseconds_in(*ttl, 0, week_ms) : std::nullopt;
  if (ttl && !keep)
    co_return error_response(
        400, "ttl is invalid; must be a whole number of milliseconds between 0 and 604800000");
  const Target target = target_of(request);
  Response response = view_of(co_await standing(context, exchange, target, std::nullopt));
  if (keep && response.status == 200)
    co_await context.asker(exchange).ask(
        engine::Lane::control, command::ShortenRetention{ticket_none, target.job, *keep}, {}, nullptr);
  co_return response;
}

awaitable<Response> status_sync(Context& context, Request request, Exchange& exchange) {
  if (auto refusal = stranger(context, request)) co_return std::move(*refusal);
  const auto wait = wait_of(request);
  if (!wait) co_return wait_refusal();
  co_return view_of(co_await standing(context, exchange, target_of(request), wait));
}

awaitable<Response> health(Context& context, Request request, Exchange& exchange) {
  if (auto refusal = stranger(context, request)) co_return std::move(*refusal);
  const engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::ReadHealth{ticket_none, target_of(request).endpoint}, {}, nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) co_return refused(*no);
  const auto& h = std::get<answer::Health>(reply.answer);
  const auto field = [](const char* name, std::uint64_t value) {
    return "\"" + std::string(name) + "\":" + std::to_string(value);
  };
  std::string body = "{\"jobs\":{" + field("completed", h.completed) + "," + field("failed", h.failed) + "," +
                     field("inProgress", h.in_progress) + "," + field("inQueue", h.in_queue) + "," +
                     field("retried", h.retried) + "},\"workers\":" + workers_json(h);
  co_return json_response(200, body + waiting_field(h.waiting) + "}");
}

}  // namespace pilotlight::api

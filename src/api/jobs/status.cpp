#include "api/jobs/status.hpp"

#include "api/jobs/job_view.hpp"
#include "api/responses.hpp"
#include "service/endpoints/endpoints.hpp"
#include "service/jobs/changes.hpp"

namespace pilotlight::api {
namespace {

constexpr std::int64_t shorter_ms_max = 604'800'000;

/// The job's view; its result, if it has ended, then expires sooner.
awaitable<Response> shown_and_shortened(Context& context, Exchange& exchange, Target target,
                                        milliseconds keep) {
  Response response = co_await shown(context, exchange, target, std::nullopt);
  if (response.status == 200) co_await service::shorten_retention(context, exchange, target.job, keep);
  co_return response;
}

}  // namespace

// Not a coroutine: looking jobs up is what clients do most.
awaitable<Response> status(Context& context, Account, Request request, Exchange& exchange) {
  const Target target = target_of(request);
  const auto ttl = request.parameter("ttl");
  if (!ttl) return shown(context, exchange, target, std::nullopt);
  const auto keep = milliseconds_in(*ttl, 0, shorter_ms_max);
  if (!keep)
    return at_once(error_response(
        400, "ttl is invalid; must be a whole number of milliseconds between 0 and 604800000"));
  return shown_and_shortened(context, exchange, target, *keep);
}

awaitable<Response> status_sync(Context& context, Account, Request request, Exchange& exchange) {
  const auto wait = wait_of(request);
  if (!wait) return at_once(refused(wait_refusal()));
  return shown(context, exchange, target_of(request), wait);
}

awaitable<Response> health(Context& context, Account, Request request, Exchange& exchange) {
  const auto read = co_await service::read_health(context, exchange, target_of(request).endpoint);
  if (!read) co_return refused(read.error());
  const answer::Health& h = *read;
  JsonWriter json;
  json.open("jobs").number("completed", h.completed).number("failed", h.failed);
  json.number("inProgress", h.in_progress).number("inQueue", h.in_queue).number("retried", h.retried);
  add_workers(json.close(), h);
  add_waiting_member(json, h.waiting);
  co_return json_response(200, json.done());
}

}  // namespace pilotlight::api

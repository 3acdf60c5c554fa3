#include "api/jobs/changes.hpp"

#include "api/jobs/job_view.hpp"
#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "service/endpoints/endpoints.hpp"
#include "service/jobs/changes.hpp"

namespace pilotlight::api {

awaitable<Response> cancel(Context& context, Account, Request request, Exchange& exchange) {
  const Target target = target_of(request);
  const auto cancelled = co_await service::cancel_job(context, exchange, target);
  if (!cancelled) co_return refused(cancelled.error());
  if (const auto* now = std::get_if<FinalJob>(&*cancelled)) co_return short_view(target.job, now->state);
  const auto& before = std::get<service::EndedJob>(*cancelled);
  co_return final_view(before.job, before.result);
}

awaitable<Response> retry(Context& context, Account, Request request, Exchange& exchange) {
  const Target target = target_of(request);
  const auto retried = co_await service::retry_job(context, exchange, target);
  co_return retried ? short_view(target.job, JobState::in_queue) : refused(retried.error());
}

awaitable<Response> purge(Context& context, Account, Request request, Exchange& exchange) {
  const auto purged = co_await service::purge_queue(context, exchange, target_of(request).endpoint);
  if (!purged) co_return refused(purged.error());
  JsonWriter json;
  json.number("removed", purged->removed).text("status", "completed");
  co_return json_response(200, json.done());
}

}  // namespace pilotlight::api

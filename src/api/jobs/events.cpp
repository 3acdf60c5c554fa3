#include "api/jobs/events.hpp"

#include "api/jobs/job_view.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {

awaitable<Response> job_events(Context& context, Account, Request request, Exchange& exchange) {
  const auto job = co_await service::stored_job(context, exchange, target_of(request));
  co_return job ? json_response(200, events_view(*job)) : refused(job.error());
}

}  // namespace pilotlight::api

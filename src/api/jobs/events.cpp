#include "api/jobs/events.hpp"

#include "api/jobs/job_view.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {

awaitable<Response> job_events(Context& context, Account, Request request, Exchange& exchange) {
  const Target target = target_of(request);
  if (target.endpoint.empty() || target.job.empty()) co_return no_such_job();
  auto read = [&context, target] {
    Response response = no_such_job();
    const RowNumber row = target.job.row();
    const auto look = [&response, &target](const StoredJob& stored) {
      const bool asked = std::visit(
          [&target](const auto& job) { return job.id == target.job && job.endpoint == target.endpoint; },
          stored);
      if (asked) response = json_response(200, events_view(stored));
      return true;
    };
    const auto scanned = context.store.scan_jobs({row, row + 1, 1}, context.clock.now(), look);
    return scanned ? std::move(response) : unreadable(scanned.error());
  };
  co_return co_await on_files_thread(context, exchange, std::move(read));
}

}  // namespace pilotlight::api

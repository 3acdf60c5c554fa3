#include "api/jobs/dead_letters.hpp"

#include "api/jobs/job_page.hpp"
#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "service/jobs/changes.hpp"

namespace pilotlight::api {
namespace {

constexpr std::uint32_t dead_states = bit(JobState::failed) | bit(JobState::timed_out);

/// Of the query, as of /requests.
Result<JobSearch> parse_search(const Request& request) {
  auto search = parse_job_search(request);
  if (!search) return search;
  search->states = search->states == 0 ? dead_states : search->states & dead_states;
  if (search->states == 0) return refusal(Errc::invalid, "status is invalid; must be FAILED or TIMED_OUT");
  return search;
}

/// The page that is asked for; the refusal if there is none.
awaitable<Result<service::JobPage>> read_page(Context& context, Request request, Exchange& exchange) {
  auto search = parse_search(request);
  if (!search) co_return search.error();
  JobSearch asked = std::move(*search);
  co_return co_await read_job_page(context, exchange, std::move(asked));
}

}  // namespace

awaitable<Response> dead_letters(Context& context, Account, Request request, Exchange& exchange) {
  const auto page = co_await read_page(context, std::move(request), exchange);
  co_return page ? page_response(*page) : refused(page.error());
}

awaitable<Response> requeue_dead_letters(Context& context, Account, Request request, Exchange& exchange) {
  const EndpointId endpoint = target_of(request).endpoint;
  const auto page = co_await read_page(context, std::move(request), exchange);
  if (!page) co_return refused(page.error());
  std::size_t requeued = 0;
  JsonWriter others("");
  others.list("refused");
  for (const service::ListedJob& listed : page->jobs) {
    const JobId id = std::visit([](const auto& job) { return job.id; }, listed.job);
    const auto retried = co_await service::retry_job(context, exchange, {endpoint, id});
    if (retried) {
      ++requeued;
      continue;
    }
    const Error& error = retried.error();
    others.open().text("id", id.text()).number("status", http_status(error.code));
    others.text("error", error.message).close();
  }
  JsonWriter json;
  json.number("requeued", requeued).members(others.end().unclosed());
  add_next(json, *page);
  co_return json_response(200, json.done());
}

}  // namespace pilotlight::api

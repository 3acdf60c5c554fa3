#include "api/jobs/requests.hpp"

#include "api/jobs/job_page.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {

awaitable<Response> requests(Context& context, Account, Request request, Exchange& exchange) {
  auto search = parse_job_search(request);
  if (!search) co_return refused(search.error());
  JobSearch asked = std::move(*search);
  const auto page = co_await read_job_page(context, exchange, std::move(asked));
  co_return page ? page_response(*page) : refused(page.error());
}

}  // namespace pilotlight::api

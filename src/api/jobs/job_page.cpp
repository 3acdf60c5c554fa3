#include "api/jobs/job_page.hpp"

#include "api/jobs/job_view.hpp"
#include "api/json.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

std::string error_text(const FinalJob& job, const Body& answer) {
  std::string text = end_text(job);
  if (!answer) return text;
  for_each_field(make_body("{" + *answer + "}"), [&text](std::string_view name, std::string_view raw) {
    if (name == "error") text = json_text(raw).value_or(std::string());
  });
  return text;
}

}  // namespace

awaitable<Result<service::JobPage>> read_job_page(Context& context, Exchange& exchange, JobSearch search) {
  return service::list_jobs(context, exchange, std::move(search), error_text);
}

void add_next(JsonWriter& json, const service::JobPage& page) {
  page.next ? json.text("next", row_text(*page.next)) : json.null("next");
}

Response page_response(const service::JobPage& page) {
  JsonWriter json;
  json.list("requests");
  for (const service::ListedJob& listed : page.jobs) json.element(listed_view(listed.job, listed.error));
  add_next(json.end(), page);
  add_waiting_member(json, page.waiting);
  return json_response(200, json.done());
}

}  // namespace pilotlight::api

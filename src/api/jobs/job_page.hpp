#pragma once

#include "api/jobs/door.hpp"
#include "api/jobs/search.hpp"
#include "api/json_writer.hpp"
#include "service/jobs/list.hpp"

namespace pilotlight::api {

/// The page of jobs that is looked for. Refused if the endpoint is not there.
awaitable<Result<service::JobPage>> read_job_page(Context& context, Exchange& exchange, JobSearch search);

/// {"requests":[…],"next":…}, with the reason if there is one
Response page_response(const service::JobPage& page);
/// The member "next" of an answer with the page.
void add_next(JsonWriter& json, const service::JobPage& page);

}  // namespace pilotlight::api

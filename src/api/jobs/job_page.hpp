#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/jobs/door.hpp"
#include "api/jobs/search.hpp"
#include "api/json_writer.hpp"

namespace pilotlight::api {

struct ListedJob {
  JobId id;
  std::string view;  ///< as lists show it
};

/// The jobs that a search found, newest first.
struct JobPage {
  std::vector<ListedJob> jobs;
  std::optional<RowNumber> next;  ///< where the next page begins; nullopt: this was the last
  Waiting waiting;                ///< why the endpoint's jobs wait, if one of these does
};

/// Refused if the endpoint is not there.
awaitable<Result<JobPage>> read_job_page(Context& context, Exchange& exchange, JobSearch search);

/// {"requests":[…],"next":…}, with the reason if there is one
Response page_response(const JobPage& page);
/// The member "next" of an answer with the page.
void add_next(JsonWriter& json, const JobPage& page);

}  // namespace pilotlight::api

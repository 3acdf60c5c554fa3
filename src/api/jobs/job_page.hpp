#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/jobs/door.hpp"
#include "api/jobs/search.hpp"

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
/// The page's `next` as JSON.
std::string next_json(const JobPage& page);

}  // namespace pilotlight::api

#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/jobs/waiting.hpp"
#include "service/context.hpp"
#include "service/jobs/search.hpp"

namespace pilotlight::service {

struct ListedJob {
  StoredJob job;
  std::string error;  ///< as ErrorText words it, its beginning of at most 1,024 bytes; empty: it has none
};

/// The jobs that a search found, newest first.
struct JobPage {
  std::vector<ListedJob> jobs;
  std::optional<RowNumber> next;  ///< where the next page begins; nullopt: this was the last
  Waiting waiting;                ///< why the endpoint's jobs wait, if one of these does
};

/// The error of a job that ended, in the words in which its API shows it, for a search looks for these.
/// `answer`: what the worker of a failed job answered, as FinalJob::result says; may be null. On a files
/// thread.
using ErrorText = std::string (*)(const FinalJob& job, const Body& answer);

/// A page of what the search looks for. Refused if the endpoint is not there. A large endpoint is read in
/// pieces, between which others have their turn on the background threads.
awaitable<Result<JobPage>> list_jobs(Context& context, Exchange& exchange, JobSearch search,
                                     ErrorText error_text);

}  // namespace pilotlight::service

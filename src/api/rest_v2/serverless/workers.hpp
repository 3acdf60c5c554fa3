#pragma once

#include <string>

#include "api/rest_v2/page.hpp"
#include "domain/workers/answers.hpp"
#include "service/definitions/definitions.hpp"

namespace pilotlight::api::rest_v2::serverless {

/// The workers of an endpoint as they were at one moment. `seen`: the endpoint and its template. `unhealthy`:
/// how many of them /health counts, a crash loop's next one included, which is not there yet.
struct SeenWorkers {
  const service::SeenEndpoint& seen;
  const answer::Workers& told;
  Timestamp now;
  std::uint64_t unhealthy = 0;
};

/// The page of workers that the query asks for, and the numbers of /health. A worker that ends and holds no
/// job is not shown, nor one that nobody has started.
std::string workers_view(const SeenWorkers& workers, const PageQuery& query);

/// The share of the same workers that runs the endpoint's version. No release is kept, so none is listed.
std::string releases_view(const answer::Workers& told, const PageQuery& query);

}  // namespace pilotlight::api::rest_v2::serverless

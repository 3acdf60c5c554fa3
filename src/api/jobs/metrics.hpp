#pragma once

#include <string>

#include "api/jobs/door.hpp"

namespace pilotlight::api {

/// GET /v2/ENDPOINT/metrics: what an endpoint does, in figures.
awaitable<Response> metrics(Context& context, Account account, Request request, Exchange& exchange);

std::string metrics_json(const answer::Metrics& metrics);

}  // namespace pilotlight::api

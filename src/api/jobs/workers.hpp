#pragma once

#include <string>

#include "api/jobs/door.hpp"
#include "domain/workers/answers.hpp"

namespace pilotlight::api {

/// GET /v2/ENDPOINT/workers: each worker with its state, its version, the phases of its start and its jobs.
awaitable<Response> workers(Context& context, Account account, Request request, Exchange& exchange);

/// POST /v2/ENDPOINT/workers/restart: new workers take the place of the endpoint's own; with `kill=1` also of
/// those that run jobs, which then run again.
awaitable<Response> restart_workers(Context& context, Account account, Request request, Exchange& exchange);

std::string worker_list_json(const answer::Workers& told);

}  // namespace pilotlight::api

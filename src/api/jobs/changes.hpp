#pragma once

#include "api/jobs/door.hpp"

namespace pilotlight::api {

awaitable<Response> cancel(Context& context, Request request, Exchange& exchange);
awaitable<Response> retry(Context& context, Request request, Exchange& exchange);
awaitable<Response> purge(Context& context, Request request, Exchange& exchange);

}  // namespace pilotlight::api

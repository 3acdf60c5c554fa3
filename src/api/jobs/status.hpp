#pragma once

#include "api/jobs/door.hpp"

namespace pilotlight::api {

awaitable<Response> status(Context& context, Account account, Request request, Exchange& exchange);
awaitable<Response> status_sync(Context& context, Account account, Request request, Exchange& exchange);
awaitable<Response> health(Context& context, Account account, Request request, Exchange& exchange);

}  // namespace pilotlight::api

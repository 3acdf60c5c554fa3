#pragma once

#include "api/jobs/door.hpp"

namespace pilotlight::api {

awaitable<Response> cancel(Context& context, Account account, Request request, Exchange& exchange);
awaitable<Response> retry(Context& context, Account account, Request request, Exchange& exchange);
awaitable<Response> purge(Context& context, Account account, Request request, Exchange& exchange);

}  // namespace pilotlight::api

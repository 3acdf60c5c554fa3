#pragma once

#include "api/jobs/door.hpp"

namespace pilotlight::api {

/// GET or POST /v2/ENDPOINT/stream/JOB: the chunks since the last such question, as the SDKs poll them.
awaitable<Response> stream(Context& context, Request request, Exchange& exchange);

}  // namespace pilotlight::api

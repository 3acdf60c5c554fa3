#pragma once

#include "api/jobs/door.hpp"

namespace pilotlight::api {

/// GET or POST /v2/ENDPOINT/stream/JOB: the chunks since the last such question, as the SDKs poll them; to a
/// client that accepts text/event-stream all chunks, live.
awaitable<Response> stream(Context& context, Account account, Request request, Exchange& exchange);

}  // namespace pilotlight::api

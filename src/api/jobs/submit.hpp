#pragma once

#include "api/jobs/door.hpp"

namespace pilotlight::api {

inline constexpr ByteCount run_max = 10ULL << 20;      ///< body of /run
inline constexpr ByteCount runsync_max = 20ULL << 20;  ///< body of /runsync

/// POST /v2/ENDPOINT/run; with ?stream=1 the answer is the job's event stream.
awaitable<Response> run(Context& context, Account account, Request request, Exchange& exchange);
/// POST /v2/ENDPOINT/runsync.
awaitable<Response> runsync(Context& context, Account account, Request request, Exchange& exchange);

}  // namespace pilotlight::api

#pragma once

#include "api/jobs/door.hpp"

namespace pilotlight::api {

inline constexpr ByteCount run_max = 10ULL << 20;      ///< body of /run
inline constexpr ByteCount runsync_max = 20ULL << 20;  ///< body of /runsync

awaitable<Response> run(Context& context, Request request, Exchange& exchange);
awaitable<Response> runsync(Context& context, Request request, Exchange& exchange);

}  // namespace pilotlight::api

#pragma once

#include "api/jobs/door.hpp"
#include "api/jobs/job_request.hpp"

namespace pilotlight::api {

inline constexpr ByteCount run_max = 10ULL << 20;      ///< body of /run
inline constexpr ByteCount runsync_max = 20ULL << 20;  ///< body of /runsync

/// What became of a job that was handed in. `id` is empty, and there is no reply, if it did not get as far as
/// the core.
struct HandedIn {
  std::optional<Response> refusal;
  JobId id = {};
  engine::Reply reply = {};
  bool earlier = false;  ///< by another request, with the same Idempotency-Key
};

/// Makes a job of its parts and hands it to the core; `job` says the endpoint, how long the result is kept,
/// and whether to wait for it.
awaitable<HandedIn> hand_in(Context& context, Exchange& exchange, command::SubmitJob job, JobRequest parts);

/// POST /v2/ENDPOINT/run; with ?stream=1 the answer is the job's event stream.
awaitable<Response> run(Context& context, Account account, Request request, Exchange& exchange);
/// POST /v2/ENDPOINT/runsync.
awaitable<Response> runsync(Context& context, Account account, Request request, Exchange& exchange);

}  // namespace pilotlight::api

#pragma once

#include <cstdint>

#include "base/time.hpp"

namespace pilotlight {

/// What a paused endpoint does with new jobs. An endpoint is paused while its workers_max is 0 and
/// Endpoint::polled_by_hand is false.
enum class PausedEndpoints : std::uint8_t { refuse = 0, queue = 1 };

/// Every bound, waiting time and choice of the control plane. Defaults are the product's; `tiny_limits()`
/// reaches the edges quickly in simulation. What RunPod and its package give is in docs/protocol.md 2, 3.2,
/// 4.2 and 10; the rest is our choice.
struct Limits {
  // Jobs.
  milliseconds execution_timeout{600'000};  ///< where neither job nor endpoint says anything
  milliseconds ttl{86'400'000};             ///< from submission
  milliseconds retention_run{30 * 60'000};  ///< a final job's row, from the job's end
  milliseconds retention_runsync{60'000};
  milliseconds retention_runsync_wait{5 * 60'000};
  milliseconds retention_batch{7 * 86'400'000};
  milliseconds idempotency_keep{86'400'000};  ///< an Idempotency-Key, from its first request
  std::uint8_t retries_max = 1;               ///< charged returns before a lost job fails
  std::uint8_t uncharged_returns_max = 5;     ///< further ones are charged
  std::uint64_t live_jobs_max = 2'000'000;    ///< beyond: 503
  std::uint64_t queue_max = 0;                ///< jobs in the queue of an endpoint: 429 beyond; 0: no bound
  PausedEndpoints paused_endpoints = PausedEndpoints::refuse;

  std::uint64_t templates_max = 10'000;  ///< templates of the account; beyond, none is made
  std::uint64_t endpoints_max = 10'000;  ///< the same, with those that are being deleted

  std::uint32_t stream_chunks_max = 100'000;     ///< chunks in a run
  std::uint64_t stream_bytes_max = 64ULL << 20;  ///< bytes in a run
  std::uint32_t chunks_per_read = 1'000;

  std::uint64_t webhooks_max = 100'000;  ///< not yet delivered; beyond: 503 for jobs that have one
  std::uint32_t webhook_attempts_max = 10;
  milliseconds webhook_retry_first{10'000};  ///< after the first attempt; three times as long each time
  milliseconds webhook_retry_max{6 * 3'600'000};
  std::uint32_t webhooks_at_once = 16;        ///< attempts at a time for an endpoint
  milliseconds webhook_silence_max{120'000};  ///< an attempt not heard of for so long has failed

  // Workers.
  milliseconds ping_interval{10'000};
  std::uint32_t missed_pings_max = 3;       ///< missed by a worker started by hand and otherwise silent
  milliseconds by_hand_unused{86'400'000};  ///< a worker started by hand that never came is forgotten
  milliseconds no_result_grace{8'000};      ///< between "holds nothing" and charging a job it had shown
  milliseconds output_wait{1'000};          ///< for the output of a worker that sent no result
  milliseconds poll_lag_max{5'000};  ///< a poll of an older SDK knows nothing of what was delivered since
  milliseconds stop_grace{10'000};   ///< a stopped job still listed after this: the worker is killed
  milliseconds poll_hold{
      20'000};  ///< a worker's poll waits so long for a job; a tenth more or less, drawn for each
  milliseconds draining_poll_hold{1'000};
  milliseconds worker_stop_grace{30'000};  ///< SIGTERM to SIGKILL
  milliseconds init_timeout{420'000};      ///< start to first job-take
  milliseconds backoff_first{1'000};       ///< after the second failure in a row; doubles
  milliseconds backoff_max{300'000};
  std::uint32_t jobs_per_take_max = 64;
  /// Of jobs that a worker is given beyond those it asked for, to run one after the other: as the last jobs
  /// went, none waits longer for its turn; one that does goes to another worker that is free.
  milliseconds run_ahead_max{1'000};

  // The engine.
  milliseconds stall_after{500};  ///< behind a commit that takes longer nothing is applied

  // Work per call.
  std::uint32_t slice_jobs = 1'000;  ///< jobs that one apply or advance may touch
};

static_assert(Limits{}.no_result_grace > milliseconds{5'000}, "job-done is retried after 2 s and 3 s more");

/// Bounds small enough that a simulation meets each of them within a few hundred commands.
constexpr Limits tiny_limits() {
  Limits limits;
  limits.execution_timeout = milliseconds{30'000};
  limits.ttl = milliseconds{120'000};
  limits.retention_run = milliseconds{60'000};
  limits.retention_runsync = milliseconds{5'000};
  limits.retention_runsync_wait = milliseconds{10'000};
  limits.retention_batch = milliseconds{300'000};
  limits.idempotency_keep = milliseconds{40'000};
  limits.live_jobs_max = 200;
  limits.queue_max = 100;
  limits.by_hand_unused = milliseconds{60'000};
  limits.init_timeout = milliseconds{20'000};
  limits.backoff_max = milliseconds{16'000};
  limits.slice_jobs = 7;
  limits.uncharged_returns_max = 2;
  limits.run_ahead_max = milliseconds{15'000};
  limits.stream_chunks_max = 12;
  limits.chunks_per_read = 3;
  limits.webhooks_max = 25;
  limits.webhook_attempts_max = 3;
  limits.webhook_retry_max = milliseconds{40'000};
  limits.webhooks_at_once = 2;
  return limits;
}

}  // namespace pilotlight

#pragma once

#include <cstdint>
#include <string>

#include "base/random.hpp"
#include "base/time.hpp"
#include "domain/limits.hpp"

namespace pilotlight::sim {

/// What goes wrong, and how often: thousandths of the occasions. All zero: a healthy world.
struct Faults {
  // Connections.
  unsigned lost = 0;         ///< a request never arrives; its sender is told
  unsigned cut = 0;          ///< cut after the request, before the answer
  unsigned silent = 0;       ///< the answer is written but never arrives
  unsigned slow = 0;         ///< up to 2 s under way
  unsigned refused_5xx = 0;  ///< a result is answered with 503 by something in between
  // Store.
  unsigned slow_commit = 0;
  unsigned full = 0;    ///< no space for a while
  unsigned broken = 0;  ///< fails for good; the server stops
  // Runtime.
  unsigned slow_start = 0;
  unsigned failed_start = 0;
  unsigned never_ready = 0;      ///< starts, then never asks for a job
  unsigned repeated_report = 0;  ///< reports come twice
  unsigned late_report = 0;      ///< reports overtake each other
  // Workers.
  unsigned crash = 0;
  unsigned hang = 0;
  unsigned drop_result = 0;
  unsigned finish_twice = 0;
  unsigned stranger = 0;  ///< posts a result for a job that it does not hold
  unsigned skip_ping = 0;
  unsigned ignore_stop = 0;  ///< SIGTERM has no effect
  unsigned stop_pod = 0;
  unsigned leave = 0;     ///< the process ends by itself after a job
  unsigned slow_job = 0;  ///< beyond its execution timeout
  unsigned unhealthy = 0;
  unsigned left_jobs = 0;   ///< share of crashes that leave the jobs in hand to the next worker, see Sdk
  unsigned loop_dies = 0;   ///< it asks for no more jobs, and its pings go on
  unsigned ghost_ping = 0;  ///< a ping lists a job that the worker was never given
  // Receivers of webhooks.
  unsigned webhook_fails = 0;
  unsigned webhook_silent = 0;  ///< nobody says what came of it
  // Server.
  unsigned reboot = 0;         ///< share of crashes that take the whole machine along
  unsigned stray = 0;          ///< share of boots at which the runtime has a worker that nobody remembers
  unsigned crash_at_boot = 0;  ///< share of boots
  unsigned clock_step = 0;     ///< share of reboots with a wall clock stepped by up to an hour
};

/// How jobs arrive.
enum class LoadShape : std::uint8_t { idle, steady, burst, herd };

/// Everything that one seed decides before the world begins.
struct Plan {
  std::uint64_t seed = 0;
  bool tiny = false;
  Limits limits;
  Faults faults;
  LoadShape load = LoadShape::steady;
  milliseconds arrival_mean{100};
  std::uint32_t endpoints = 1;
  std::uint32_t commands_max = 3'000;  ///< commands in the first phase
  std::uint32_t crash_every = 500;     ///< commands between crashes, about; 0: none
  std::uint32_t batch_max = 64;
  std::uint32_t pipeline_max = 2;
  bool by_hand = false;  ///< workers that somebody starts by hand
  bool deletes = false;  ///< endpoints are deleted under load
  bool drains = false;   ///< ends with a shutdown
  unsigned wait_percent = 30;
  unsigned policy_percent = 20;
  unsigned webhook_percent = 20;
  unsigned large_percent = 10;   ///< payloads that are files
  milliseconds keyed_mean{0};    ///< between jobs with an Idempotency-Key; 0: there are none
  milliseconds batches_mean{0};  ///< between batches; 0: there are none
  bool keys = false;             ///< API keys are made, used and revoked
  bool credentials = false;      ///< secrets and registry credentials are made, changed and deleted
  bool removals = false;         ///< templates are deleted by their ids
  bool volumes = false;          ///< network volumes are made, changed, named and deleted
  std::uint32_t sdk_mask = ~0U;  ///< which generations of workers there are
  bool next_major = false;       ///< the newest of them has the next major version
};

/// The plan of a seed: the same on every machine.
Plan draw_plan(std::uint64_t seed);

/// One line for people.
std::string summary(const Plan& plan);

/// True in `rate` of a thousand cases; draws nothing when the rate is zero.
inline bool happens(Random& random, unsigned rate) {
  return rate > 0 && random.below(1'000) < rate;
}

/// Uniform in [low, high].
inline milliseconds between(Random& random, milliseconds low, milliseconds high) {
  return milliseconds{random.between(low.count(), high.count())};
}

/// Mostly near `low`, rarely near `high`: each tenth part of the range ten times rarer than the one before.
inline milliseconds skewed(Random& random, milliseconds low, milliseconds high) {
  std::int64_t width = (high - low).count();
  while (width > 10 && random.below(3) > 0) width /= 10;
  return low + milliseconds{random.between(0, width)};
}

}  // namespace pilotlight::sim

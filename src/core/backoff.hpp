#pragma once

#include <algorithm>
#include <cstdint>

#include "base/random.hpp"
#include "domain/limits.hpp"

namespace pilotlight::core {

/// `first`, then `factor` times as long after each further attempt, never more than `most`. `attempts` counts
/// from 1.
inline milliseconds grown(milliseconds first, int factor, std::uint32_t attempts, milliseconds most) {
  for (std::uint32_t i = 1; i < attempts && first < most; ++i) first *= factor;
  return std::min(first, most);
}

/// Up to a tenth more at random, so that what failed together does not come back together.
inline milliseconds with_jitter(milliseconds delay, Random& random) {
  return delay + milliseconds{random.between(0, delay.count() / 10)};
}

/// How an endpoint's workers ended lately.
struct Failures {
  std::uint32_t in_a_row = 0;
  bool last_was_ready = false;  ///< the one that failed last had asked for jobs before
};

/// How long no worker is started after these failures: nothing after the first of a worker that had been
/// ready, else backoff_first, doubling from the third failure, at most backoff_max; up to a tenth more at
/// random.
inline milliseconds backoff_delay(const Failures& failures, const Limits& limits, Random& random) {
  if (failures.in_a_row == 0 || (failures.in_a_row == 1 && failures.last_was_ready)) return milliseconds{0};
  const std::uint32_t attempts = failures.in_a_row - 1;
  return with_jitter(grown(limits.backoff_first, 2, attempts, limits.backoff_max), random);
}

}  // namespace pilotlight::core

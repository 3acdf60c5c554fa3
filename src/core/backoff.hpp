#pragma once

#include <algorithm>
#include <cstdint>

#include "base/random.hpp"
#include "domain/limits.hpp"

namespace pilotlight::core {

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
  milliseconds delay = limits.backoff_first;
  for (std::uint32_t i = 2; i < failures.in_a_row && delay < limits.backoff_max; ++i) delay *= 2;
  delay = std::min(delay, limits.backoff_max);
  return delay + milliseconds{random.between(0, delay.count() / 10)};
}

}  // namespace pilotlight::core

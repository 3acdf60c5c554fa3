#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "sim/run.hpp"

namespace pilotlight::sim {

/// Which seeds to run, and how.
struct Campaign {
  std::uint64_t first = 1;
  std::uint64_t count = 1;
  SeedOptions options;
  unsigned threads = 1;
  /// Every so many seeds one is run a second time and must say the same; 0: none.
  std::uint64_t repeat_every = 0;
};

struct CampaignResult {
  std::uint64_t seeds = 0;  ///< that were run
  std::uint64_t failed = 0;
  std::optional<SeedResult> first_failure;  ///< the one with the lowest seed
  std::uint64_t repeated = 0;
  std::uint64_t commands = 0, crashes = 0;
  std::uint64_t commands_median = 0, crashes_median = 0;
  /// By seed; only where hashes were asked for.
  std::map<std::uint64_t, std::uint64_t> digests;
};

/// Runs the seeds, several at a time. The result does not depend on the number of threads.
CampaignResult run_campaign(const Campaign& campaign);

}  // namespace pilotlight::sim

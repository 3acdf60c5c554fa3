#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "sim/world/mutant.hpp"
#include "sim/world/violation.hpp"

namespace pilotlight::sim {

/// What became of one seed.
struct SeedResult {
  std::uint64_t seed = 0;
  std::optional<Violation> violation;
  std::uint64_t commands = 0;
  std::uint64_t crashes = 0;
  milliseconds virtual_time{0};
  std::uint64_t hash = 0;    ///< covers everything the control plane said; only where it was asked for
  std::uint64_t digest = 0;  ///< likewise: see Digest
};

struct SeedOptions {
  Mutant mutant = Mutant::none;
  std::size_t trace_lines = 0;  ///< printed to stderr if a law is broken
  bool hashing = false;
};

/// Runs one seed from its beginning to its end. Any thread; several at a time.
SeedResult run_seed(std::uint64_t seed, const SeedOptions& options);

}  // namespace pilotlight::sim

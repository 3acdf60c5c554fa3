#pragma once

#include <cstdint>
#include <string_view>

#include "sim/world/mutant.hpp"

namespace pilotlight::sim {

/// Breaks the law with this name for the whole process, and says what the seeds must be given for it. False
/// if there is none.
bool break_on_purpose(std::string_view name, Mutant& in_world);

struct MutantHunt {
  std::uint64_t seeds_max = 1'000;  ///< run with each mutant before it counts as unnoticed
  unsigned processes = 1;           ///< side by side, one mutant each
  std::string_view only;            ///< the name of one mutant; empty: all
  /// Try the seeds one after the other, and take it for a failure if a mutant's own seed is not the first to
  /// find it. Otherwise its own seed is tried before the others.
  bool in_order = false;
};

/// Breaks one law after the other and runs seeds until somebody notices: a checker, or an assertion of the
/// control plane. Prints a line for each. False if one is not noticed. Forks: call it before there are
/// threads.
bool hunt_mutants(const MutantHunt& hunt);

}  // namespace pilotlight::sim

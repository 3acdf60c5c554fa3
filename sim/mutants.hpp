#pragma once

#include <cstdint>

namespace pilotlight::sim {

/// Breaks one law after the other and runs seeds until somebody notices: a checker, or an assertion of the
/// control plane. Prints a line for each. False if one is not noticed within `seeds_max` seeds. Forks: call
/// it before there are threads.
bool hunt_mutants(std::uint64_t seeds_max, unsigned threads);

}  // namespace pilotlight::sim

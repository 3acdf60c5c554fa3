#pragma once

#include <cstdint>
#include <string_view>

#include "sim/world/mutant.hpp"

namespace pilotlight::sim {

/// Breaks the law with this name for the whole process, and says what the seeds must be given for it. False
/// if there is none.
bool break_on_purpose(std::string_view name, Mutant& in_world);

/// Breaks one law after the other and runs seeds until somebody notices: a checker, or an assertion of the
/// control plane. Prints a line for each. False if one is not noticed within `seeds_max` seeds. `only`: the
/// name of the one to break; empty: all. Forks: call it before there are threads.
bool hunt_mutants(std::uint64_t seeds_max, unsigned threads, std::string_view only);

}  // namespace pilotlight::sim

#pragma once

#include <string>

#include "domain/command.hpp"
#include "domain/effect.hpp"
#include "domain/record.hpp"

namespace pilotlight::sim {

// One line each, for the trace of a replayed seed.
std::string describe(const Command& command);
std::string describe(const Record& record);
std::string describe(const Effect& effect);
std::string describe(const Answer& answer);

}  // namespace pilotlight::sim

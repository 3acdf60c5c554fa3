#pragma once

#include <string>

namespace pilotlight::sim {

/// Feeds every segment of the command trace in this data folder (or of a copy of its `trace` folder) to a
/// fresh control plane and compares each outcome. Prints a line for each segment and one in all. True if at
/// least one segment was replayed and every outcome was the same.
bool replay_trace(const std::string& folder);

}  // namespace pilotlight::sim

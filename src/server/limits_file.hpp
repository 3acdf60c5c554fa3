#pragma once

#include <string>

#include "base/error.hpp"
#include "domain/limits.hpp"

namespace pilotlight::server {

/// Sets the limits that a TOML file names, and returns their values for the log (" ttl=2s poll-hold=1s").
/// Refuses, with the line, names that are no limits or have an option of their own, and values that are none.
Result<std::string> read_limits(const std::string& path, Limits& limits);

}  // namespace pilotlight::server

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"

namespace pilotlight::dev {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// The variables of files (lines NAME=value as `docker run --env-file` reads them: # begins a comment line,
/// NAME alone takes this process's value) and then of texts NAME=value; of a name that comes twice the last
/// one counts. The error names the file and line.
Result<Variables> read_variables(const std::vector<std::string>& files,
                                 const std::vector<std::string>& texts);

/// The value of a name; empty if it is not among them.
std::string value_of(const Variables& variables, const std::string& name);

}  // namespace pilotlight::dev

#pragma once

#include <string>

#include "base/error.hpp"
#include "base/time.hpp"

namespace pilotlight::keeper {

/// Asks the keeper that holds this data folder to end its server and run it again from the program that lies
/// at the keeper's path by now, and waits for at most `limit` until a server serves. Returns how it went, a
/// sentence for a person. Errors: not_found if nobody holds the folder; conflict if the program from before
/// serves again, or if this keeper cannot be asked; timed_out; io. Blocks.
Result<std::string> request_restart(const std::string& data, milliseconds limit);

}  // namespace pilotlight::keeper

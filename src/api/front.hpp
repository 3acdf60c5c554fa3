#pragma once

#include <vector>

#include "api/context.hpp"
#include "api/doors.hpp"

namespace pilotlight::api {

/// The two doors that need no key: `GET /`, a page for people (JSON for programs) that says what this server
/// is and how to make the first endpoint; `GET /healthz`, for probes. Neither shows anything of what the
/// server holds.
std::vector<Door> front_doors(Context& context);

}  // namespace pilotlight::api

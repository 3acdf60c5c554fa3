#pragma once

#include <string_view>

#include "keeper/wire/protocol.hpp"
#include "ports/runtime.hpp"

namespace pilotlight::runtime {

inline constexpr std::string_view folder_scheme = "process:";

/// What the keeper is told to run for this worker. An image `process:/absolute/folder` gives the folder in
/// which the worker starts; any other image is only noted, for nothing is pulled here. The variable
/// PILOTLIGHT_KEEP names the paths in that folder where what the worker writes persists.
/// What cannot be run becomes a refusal that says what to change.
keeper::StartRequest make_start_request(WorkerSpec spec);

}  // namespace pilotlight::runtime

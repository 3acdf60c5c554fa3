#pragma once

#include "keeper/protocol.hpp"
#include "ports/runtime.hpp"

namespace pilotlight::runtime {

/// What the keeper is told to run for this worker. An image `process:/absolute/folder` gives the folder whose
/// entries the worker finds in its working folder; any other image is only noted, for nothing is pulled here.
/// What cannot be run becomes a refusal that says what to change.
keeper::StartRequest make_start_request(WorkerSpec spec);

}  // namespace pilotlight::runtime

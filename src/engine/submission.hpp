#pragma once

#include <vector>

#include "domain/command.hpp"
#include "engine/engine.hpp"
#include "ports/store.hpp"

namespace pilotlight::engine {

/// A command on its way in, with the bodies that its references name, files included (they are durable
/// already; in memory they can be handed on without reading).
struct Submission {
  Lane lane;
  Command command;
  std::vector<StoredPayload> payloads;
};

}  // namespace pilotlight::engine

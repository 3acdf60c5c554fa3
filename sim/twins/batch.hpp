#pragma once

#include <cstdint>

#include "core/control_plane.hpp"
#include "domain/command.hpp"
#include "domain/effect.hpp"
#include "domain/record.hpp"

namespace pilotlight::sim {

/// What one round of the engine brought about, on its way to the disk and then to the world.
struct Batch {
  std::uint64_t number = 0;  ///< grows over the whole run, across restarts
  Timestamp now{};
  core::Outcome outcome;
};

}  // namespace pilotlight::sim

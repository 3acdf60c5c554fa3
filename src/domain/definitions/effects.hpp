#pragma once

#include <cstdint>
#include <variant>

#include "domain/ids.hpp"

namespace pilotlight::effect {

/// The folder of this volume is made, unless it is there.
struct MakeVolumeFolder {
  static constexpr std::uint8_t wire = 9;
  VolumeId id;
};

/// The folder of this volume is removed with all that is in it, which VolumeFolderRemoved then reports.
/// Repeated at every start until then.
struct RemoveVolumeFolder {
  static constexpr std::uint8_t wire = 10;
  VolumeId id;
};

}  // namespace pilotlight::effect

namespace pilotlight {

using DefinitionEffects = std::variant<effect::MakeVolumeFolder, effect::RemoveVolumeFolder>;

}  // namespace pilotlight

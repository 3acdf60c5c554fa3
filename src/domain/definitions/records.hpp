#pragma once

#include <cstdint>
#include <variant>

#include "domain/definitions/endpoint.hpp"
#include "domain/definitions/template.hpp"
#include "domain/definitions/volume.hpp"

namespace pilotlight::record {

struct TemplateSaved {
  static constexpr std::uint8_t wire = 0;
  Template value;
};
struct TemplateRemoved {
  static constexpr std::uint8_t wire = 1;
  TemplateId id;
};
struct EndpointSaved {
  static constexpr std::uint8_t wire = 2;
  Endpoint value;
  /// The endpoint is hidden, and removed when its jobs and workers are gone.
  bool deleting = false;
};
struct EndpointRemoved {
  static constexpr std::uint8_t wire = 3;
  EndpointId id;
};
struct VolumeSaved {
  static constexpr std::uint8_t wire = 25;
  NetworkVolume value;
  /// The volume is hidden, and removed when its folder is gone.
  bool removing = false;
};
struct VolumeRemoved {
  static constexpr std::uint8_t wire = 26;
  VolumeId id;
};

}  // namespace pilotlight::record

namespace pilotlight {

using DefinitionRecords = std::variant<record::TemplateSaved, record::TemplateRemoved, record::EndpointSaved,
                                       record::EndpointRemoved, record::VolumeSaved, record::VolumeRemoved>;

}  // namespace pilotlight

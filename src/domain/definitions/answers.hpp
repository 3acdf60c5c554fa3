#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "domain/definitions/endpoint.hpp"
#include "domain/definitions/template.hpp"
#include "domain/definitions/volume.hpp"
#include "domain/workers/worker.hpp"

namespace pilotlight::answer {

struct Deleted {
  static constexpr std::uint8_t wire = 2;
};

struct TemplateSaved {
  static constexpr std::uint8_t wire = 3;
  std::shared_ptr<const Template> saved;
};

struct EndpointSaved {
  static constexpr std::uint8_t wire = 4;
  std::shared_ptr<const Endpoint> saved;
  std::shared_ptr<const Template> used{};  ///< its template; null in the answer to RestartWorkers
};

struct VolumeSaved {
  static constexpr std::uint8_t wire = 24;
  std::shared_ptr<const NetworkVolume> saved;
};

struct EndpointEntry {
  std::shared_ptr<const Endpoint> endpoint;
  std::vector<Worker> workers;  ///< in order of registration; whether one is idle or busy may be of earlier
};

/// All templates, bound ones included, endpoints and volumes in order of creation, as of one moment.
/// Immutable, so it is shared and never copied.
struct CatalogContent {
  std::vector<std::shared_ptr<const Template>> templates;
  std::vector<EndpointEntry> endpoints;
  std::shared_ptr<const std::string> public_key{};  ///< as AccountSettings::public_key; null: none was set
  std::vector<std::shared_ptr<const NetworkVolume>> volumes{};
};

struct Catalog {
  static constexpr std::uint8_t wire = 5;
  std::shared_ptr<const CatalogContent> content;
};

}  // namespace pilotlight::answer

namespace pilotlight {

using DefinitionAnswers = std::variant<answer::Deleted, answer::TemplateSaved, answer::EndpointSaved,
                                       answer::Catalog, answer::VolumeSaved>;

}  // namespace pilotlight

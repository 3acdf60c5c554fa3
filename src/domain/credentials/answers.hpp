#pragma once

#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

#include "domain/credentials/registry.hpp"
#include "domain/credentials/secret.hpp"

namespace pilotlight::answer {

/// In order of creation.
struct Registries {
  static constexpr std::uint8_t wire = 25;
  std::vector<std::shared_ptr<const RegistryCredential>> registries;
};

/// In order of creation.
struct Secrets {
  static constexpr std::uint8_t wire = 26;
  std::vector<std::shared_ptr<const Secret>> secrets;
};

}  // namespace pilotlight::answer

namespace pilotlight {

using CredentialAnswers = std::variant<answer::Registries, answer::Secrets>;

}  // namespace pilotlight

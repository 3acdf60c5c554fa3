#pragma once

#include <cstdint>
#include <variant>

#include "domain/credentials/registry.hpp"
#include "domain/credentials/secret.hpp"

namespace pilotlight::record {

struct RegistrySaved {
  static constexpr std::uint8_t wire = 27;
  RegistryCredential value;
};
struct RegistryRemoved {
  static constexpr std::uint8_t wire = 28;
  RegistryId id;
};

struct SecretSaved {
  static constexpr std::uint8_t wire = 29;
  Secret value;
};
struct SecretRemoved {
  static constexpr std::uint8_t wire = 30;
  SecretId id;
};

}  // namespace pilotlight::record

namespace pilotlight {

using CredentialRecords =
    std::variant<record::RegistrySaved, record::RegistryRemoved, record::SecretSaved, record::SecretRemoved>;

}  // namespace pilotlight

#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "domain/credentials/registry.hpp"
#include "domain/credentials/secret.hpp"

namespace pilotlight::command {

/// Creates (`create`: the id is fresh) or changes a registry credential. Answer: Registries, with this one.
struct SaveRegistry {
  static constexpr std::uint8_t wire = 47;
  Ticket ticket = ticket_none;
  RegistryId id;
  bool create = false;
  RegistryPatch patch;
  AccountId account = AccountId::first;  ///< account that asks: a new credential is its own
};

/// Refused while a template names the credential. Answer: Deleted.
struct DeleteRegistry {
  static constexpr std::uint8_t wire = 48;
  Ticket ticket = ticket_none;
  RegistryId id;
};

/// Reads all credentials, or only this one, with every change that was answered before. Answer: Registries.
struct ReadRegistries {
  static constexpr std::uint8_t wire = 49;
  Ticket ticket = ticket_none;
  std::optional<RegistryId> only{};
};

/// Creates (`create`: the id is fresh) or changes a secret. Answer: Secrets, with this one.
struct SaveSecret {
  static constexpr std::uint8_t wire = 50;
  Ticket ticket = ticket_none;
  SecretId id;
  bool create = false;
  SecretPatch patch;
  AccountId account = AccountId::first;  ///< account that asks: a new secret is its own
};

/// Workers that run keep what they were started with. Answer: Deleted.
struct DeleteSecret {
  static constexpr std::uint8_t wire = 51;
  Ticket ticket = ticket_none;
  SecretId id;
};

/// Reads all secrets, with every change that was answered before. Answer: Secrets.
struct ReadSecrets {
  static constexpr std::uint8_t wire = 52;
  Ticket ticket = ticket_none;
};

}  // namespace pilotlight::command

namespace pilotlight {

using CredentialCommands =
    std::variant<command::SaveRegistry, command::DeleteRegistry, command::ReadRegistries, command::SaveSecret,
                 command::DeleteSecret, command::ReadSecrets>;

}  // namespace pilotlight

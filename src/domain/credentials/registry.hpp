#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "domain/accounts/account.hpp"
#include "domain/credentials/sealed.hpp"
#include "domain/ids.hpp"

namespace pilotlight {

using RegistryId = Id<struct RegistryTag>;  ///< 12 characters

inline constexpr std::size_t registries_max = 1'000;         ///< credentials of the account
inline constexpr std::size_t registry_text_bytes_max = 191;  ///< bytes in a name, and in a username

/// The credential for a container registry, which templates name by its id. Its password is never shown.
struct RegistryCredential {
  RegistryId id;
  std::string name;  ///< unique in the account
  std::string username;
  Sealed password;
  Timestamp created{};
  AccountId account = AccountId::first;

  friend bool operator==(const RegistryCredential&, const RegistryCredential&) = default;
};

/// A change of a credential: fields that are present are set, the others stay.
struct RegistryPatch {
  std::optional<std::string> name, username;
  std::optional<Sealed> password;
};

}  // namespace pilotlight

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "domain/accounts/account.hpp"
#include "domain/credentials/sealed.hpp"
#include "domain/ids.hpp"

namespace pilotlight {

using SecretId = Id<struct SecretTag>;  ///< 12 characters

inline constexpr std::size_t secrets_max = 1'000;                    ///< secrets of the account
inline constexpr std::size_t secret_name_bytes_max = 191;            ///< bytes in a name
inline constexpr std::size_t secret_description_bytes_max = 65'535;  ///< bytes in a description

/// Letters, digits and `_.-/`, with a letter or `_` first, as RunPod's API has it: a name can be told from
/// the braces and blanks around it.
bool is_secret_name(std::string_view text);

/// A text for the variables of workers, which name it {{ RUNPOD_SECRET_name }}. Its value is never shown.
struct Secret {
  SecretId id;
  std::string name;  ///< unique in the account; never changes
  std::string description;
  Sealed value;
  Timestamp created{};
  Timestamp updated{};  ///< last change of value or description
  AccountId account = AccountId::first;

  friend bool operator==(const Secret&, const Secret&) = default;
};

/// A change of a secret: fields that are present are set, the others stay. Only a new secret takes a name.
struct SecretPatch {
  std::optional<std::string> name, description;
  std::optional<Sealed> value;
};

}  // namespace pilotlight

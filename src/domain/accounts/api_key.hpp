#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "domain/accounts/account.hpp"
#include "domain/ids.hpp"

namespace pilotlight {

using ApiKeyId = Id<struct ApiKeyTag>;  ///< 12 characters, but for first_key

/// The key that the first start makes or PILOTLIGHT_API_KEY sets. Drawn ids have another length.
inline constexpr ApiKeyId first_key = *ApiKeyId::parse("first");

inline constexpr std::size_t api_keys_max = 10'000;          ///< keys of the account, the first included
inline constexpr std::size_t key_endpoints_max = 100;        ///< endpoints that a key names
inline constexpr std::size_t key_name_bytes_max = 191;       ///< bytes in a key's name
inline constexpr std::size_t public_key_bytes_max = 65'536;  ///< bytes in an account's public key

/// Use of a key is noted to this time.
inline constexpr milliseconds key_use_grain{3'600'000};

/// The role of a key, and the role that a door asks for.
enum class KeyRole : std::uint8_t {
  all = 0,   ///< everything
  jobs = 1,  ///< the job API and the OpenAI API of the key's endpoints
};

/// An API key. The key itself is not stored.
struct ApiKey {
  ApiKeyId id;
  std::string name;  ///< for people; may be empty
  std::string sha256_hex;
  KeyRole role = KeyRole::all;
  /// Endpoints that a key of the role jobs opens; nullopt: every endpoint. A deleted endpoint stays in the
  /// list: a key whose endpoints are all deleted opens none.
  std::optional<std::vector<EndpointId>> endpoints{};
  Timestamp made{};  ///< Timestamp{}: unknown, for a first key of a version that did not note it
  Timestamp used{};  ///< last use, rounded down to the hour; Timestamp{}: none so far
  AccountId account = AccountId::first;

  /// A key of the role jobs opens this endpoint.
  bool names(const EndpointId& endpoint) const;

  friend bool operator==(const ApiKey&, const ApiKey&) = default;
};

/// The settings that the user of an account makes.
struct AccountSettings {
  AccountId id = AccountId::first;
  std::string public_key;  ///< for SSH; kept and shown, used for nothing

  friend bool operator==(const AccountSettings&, const AccountSettings&) = default;
};

}  // namespace pilotlight

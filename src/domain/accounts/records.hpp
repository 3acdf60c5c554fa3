#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "domain/accounts/api_key.hpp"

namespace pilotlight::record {

/// The first key: the last saved.
struct ApiKeySaved {
  static constexpr std::uint8_t wire = 4;
  std::string sha256_hex;
  AccountId account = AccountId::first;
  Timestamp made{};  ///< as ApiKey::made
  Timestamp used{};  ///< as ApiKey::used

  /// The key as a value, whose id is first_key.
  ApiKey value() const;
};

/// A key other than the first.
struct KeySaved {
  static constexpr std::uint8_t wire = 22;
  ApiKey value;
};
struct KeyRemoved {
  static constexpr std::uint8_t wire = 23;
  ApiKeyId id;
};

struct AccountSaved {
  static constexpr std::uint8_t wire = 24;
  AccountSettings value;
};

}  // namespace pilotlight::record

namespace pilotlight {

using AccountRecords =
    std::variant<record::ApiKeySaved, record::KeySaved, record::KeyRemoved, record::AccountSaved>;

}  // namespace pilotlight

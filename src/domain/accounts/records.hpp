#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "domain/accounts/account.hpp"

namespace pilotlight::record {

struct ApiKeySaved {
  static constexpr std::uint8_t wire = 4;
  std::string sha256_hex;  ///< the account has one key: the last saved
  AccountId account = AccountId::first;
};

}  // namespace pilotlight::record

namespace pilotlight {

using AccountRecords = std::variant<record::ApiKeySaved>;

}  // namespace pilotlight

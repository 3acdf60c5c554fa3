#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "domain/accounts/account.hpp"
#include "domain/ids.hpp"

namespace pilotlight::command {

/// Remembers an API key by its SHA-256. Idempotent. Answer: Acknowledged.
struct SaveApiKey {
  static constexpr std::uint8_t wire = 5;
  Ticket ticket = ticket_none;
  std::string sha256_hex;
  AccountId account = AccountId::first;  ///< account that the key is for
};

}  // namespace pilotlight::command

namespace pilotlight {

using AccountCommands = std::variant<command::SaveApiKey>;

}  // namespace pilotlight

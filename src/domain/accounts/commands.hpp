#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "domain/accounts/api_key.hpp"
#include "domain/ids.hpp"

namespace pilotlight::command {

/// Remembers the first key by its SHA-256, in place of the one before. Idempotent. Answer: Acknowledged.
struct SaveApiKey {
  static constexpr std::uint8_t wire = 5;
  Ticket ticket = ticket_none;
  std::string sha256_hex;
  AccountId account = AccountId::first;  ///< account that the key is for
};

/// Makes a key, whose id is fresh. Answer: ApiKeys, with this key.
struct MakeApiKey {
  static constexpr std::uint8_t wire = 39;
  Ticket ticket = ticket_none;
  ApiKey key;  ///< its times are ignored
};

/// Makes a key void for good. The first key is not revoked but replaced. Answer: Acknowledged.
struct RevokeApiKey {
  static constexpr std::uint8_t wire = 40;
  Ticket ticket = ticket_none;
  ApiKeyId id;
};

/// Reads all keys, or only this one, with every change that was answered before. Answer: ApiKeys.
struct ReadApiKeys {
  static constexpr std::uint8_t wire = 41;
  Ticket ticket = ticket_none;
  std::optional<ApiKeyId> only{};
};

/// A request came with this key. Told at least once in each hour in which some did. No answer.
struct NoteKeyUse {
  static constexpr std::uint8_t wire = 42;
  ApiKeyId id;
};

/// Answer: Acknowledged.
struct SaveAccountSettings {
  static constexpr std::uint8_t wire = 43;
  Ticket ticket = ticket_none;
  AccountSettings settings;
};

}  // namespace pilotlight::command

namespace pilotlight {

using AccountCommands = std::variant<command::SaveApiKey, command::MakeApiKey, command::RevokeApiKey,
                                     command::ReadApiKeys, command::NoteKeyUse, command::SaveAccountSettings>;

}  // namespace pilotlight

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/accounts/account.hpp"
#include "net/message.hpp"

namespace pilotlight::api {

/// Whose key came with a request. There is one account so far.
class Account {
 public:
  AccountId id() const { return AccountId::first; }

 private:
  friend class ApiKeys;
  Account() = default;
};

/// The API keys that are accepted, known only by their hashes. Immutable.
class ApiKeys {
 public:
  explicit ApiKeys(std::vector<std::string> sha256_hexes) : hashes_(std::move(sha256_hexes)) {}

  enum class Verdict { accepted, absent, wrong };
  /// Looks at `Authorization: Bearer KEY`, `Authorization: KEY`, then `?api_key=KEY`.
  Verdict judge(const net::Request& request) const;
  /// Whose key it is; nullopt if it is not accepted.
  std::optional<Account> account_of(const net::Request& request) const;
  /// SHA-256 of the key that it looks at as hexadecimal digits, until the thread's next call; empty if there
  /// is none.
  static std::string_view hash_of(const net::Request& request);

 private:
  std::vector<std::string> hashes_;
};

}  // namespace pilotlight::api

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/ids.hpp"
#include "net/message.hpp"

namespace pilotlight::api {

/// SHA-256, 32 bytes.
std::string sha256(std::string_view text);
/// The same as 64 hexadecimal digits.
std::string sha256_hex(std::string_view text);

/// `bytes` random bytes from the kernel as hexadecimal digits; for keys and secrets.
std::string random_hex(std::size_t bytes);

/// `bytes` random bytes from the kernel.
std::string random_bytes(std::size_t bytes);

/// 64 random bits from the kernel, drawn through a buffer of the calling thread.
std::uint64_t random_bits();

/// Whose key came with a request. There is one account so far.
class Account {
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

/// The tokens that prove which worker speaks: a keyed hash of its id, so that nothing has to be stored per
/// worker.
class WorkerTokens {
 public:
  explicit WorkerTokens(std::string secret) : secret_(std::move(secret)) {}

  std::string token(const WorkerId& worker) const;
  /// The `token` parameter of the query decides; headers may carry another key.
  bool accepts(const net::Request& request, const WorkerId& worker) const;

 private:
  const std::string secret_;
};

}  // namespace pilotlight::api

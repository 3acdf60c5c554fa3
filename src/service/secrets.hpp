#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "domain/ids.hpp"

namespace pilotlight::service {

/// SHA-256, 32 bytes.
std::string sha256(std::string_view text);
/// The same as 64 hexadecimal digits.
std::string sha256_hex(std::string_view text);

/// `bytes` random bytes from the kernel as hexadecimal digits; for keys and secrets.
std::string random_hex(std::size_t bytes);

/// A fresh API key.
std::string fresh_api_key();

/// `bytes` random bytes from the kernel.
std::string random_bytes(std::size_t bytes);

/// 64 random bits from the kernel, drawn through a buffer of the calling thread.
std::uint64_t random_bits();

/// Whether two secrets are equal, in a time that does not tell where they differ.
bool same_secret(std::string_view a, std::string_view b);

/// The tokens that prove which worker speaks: a keyed hash of its id, so that nothing has to be stored per
/// worker.
class WorkerTokens {
 public:
  explicit WorkerTokens(std::string secret) : secret_(std::move(secret)) {}

  std::string token(const WorkerId& worker) const;
  bool accepts(std::string_view token, const WorkerId& worker) const;

 private:
  const std::string secret_;
};

}  // namespace pilotlight::service

#include "api/keys.hpp"

#include <cstring>

#include "service/secrets.hpp"

namespace pilotlight::api {
namespace {

using service::same_secret;

std::string_view without_bearer(std::string_view value) {
  constexpr std::string_view bearer = "Bearer ";
  if (value.size() >= bearer.size() && ::strncasecmp(value.data(), bearer.data(), bearer.size()) == 0)
    value.remove_prefix(bearer.size());
  while (value.starts_with(' ')) value.remove_prefix(1);
  while (value.ends_with(' ')) value.remove_suffix(1);
  return value;
}

}  // namespace

std::string_view ApiKeys::hash_of(const net::Request& request) {
  // Most requests come with the key of the one before.
  thread_local std::string last_key, last_hash;
  std::string in_query;
  std::string_view key = without_bearer(request.authorization);
  if (key.empty()) key = in_query = request.parameter("api_key").value_or(std::string());
  if (key.empty()) return {};
  if (!same_secret(key, last_key)) {
    last_hash = service::sha256_hex(key);
    last_key = key;
  }
  return last_hash;
}

ApiKeys::Verdict ApiKeys::judge(const net::Request& request) const {
  const std::string_view hash = hash_of(request);
  if (hash.empty()) return Verdict::absent;
  for (const std::string& known : hashes_)
    if (same_secret(hash, known)) return Verdict::accepted;
  return Verdict::wrong;
}

std::optional<Account> ApiKeys::account_of(const net::Request& request) const {
  return judge(request) == Verdict::accepted ? std::optional(Account()) : std::nullopt;
}

}  // namespace pilotlight::api

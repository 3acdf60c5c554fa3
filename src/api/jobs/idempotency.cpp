#include "api/jobs/idempotency.hpp"

#include <algorithm>

namespace pilotlight::api {
namespace {

constexpr std::size_t key_length_max = 255;

bool well_formed(std::string_view key) {
  return !key.empty() && key.size() <= key_length_max &&
         std::all_of(key.begin(), key.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace

Result<std::optional<std::string>> idempotency_key_of(const net::Request& request) {
  std::optional<std::string> key;
  for (const auto& [field, value] : request.fields) {
    if (field != net::Field::idempotency_key) continue;
    if (key) return refusal(Errc::invalid, "there is more than one Idempotency-Key; send one");
    if (!well_formed(value))
      return refusal(Errc::invalid,
                     "Idempotency-Key is invalid; must be 1 to 255 visible ASCII characters, no spaces");
    key = value;
  }
  return key;
}

}  // namespace pilotlight::api

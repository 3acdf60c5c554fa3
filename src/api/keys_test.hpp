#pragma once

#include <string>
#include <utility>
#include <vector>

#include "api/keys.hpp"
#include "service/secrets.hpp"

namespace pilotlight::api {

/// Time that moves only by hand.
class KeysClock final : public Clock {
 public:
  Timestamp now() override { return time; }
  Timestamp time = timestamp_from_ms(1'750'000'000'000);
};

inline net::Request request_with(std::string authorization, std::string query = {}, std::string path = {}) {
  net::Request request;
  request.authorization = std::move(authorization);
  request.query = std::move(query);
  request.path = std::move(path);
  return request;
}

/// A key whose id is its text.
inline ApiKey key_of(const std::string& text, KeyRole role = KeyRole::all,
                     const std::vector<std::string>& endpoints = {}) {
  ApiKey key;
  key.id = *ApiKeyId::parse(text);
  key.sha256_hex = service::sha256_hex(text);
  key.role = role;
  for (const std::string& id : endpoints) {
    if (!key.endpoints) key.endpoints.emplace();
    key.endpoints->push_back(*EndpointId::parse(id));
  }
  return key;
}

}  // namespace pilotlight::api

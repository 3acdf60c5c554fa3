#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/rest_v2/operation.hpp"

namespace pilotlight::api::rest_v2 {

/// The account's public keys: a text with one in each line.
struct PublicKeys {
  std::function<awaitable<Result<std::string>>(Account, Exchange&)> read;
  std::function<awaitable<Result<void>>(Account, Exchange&, std::string text)> replace;
};

/// Reads and replaces the keys; `keys` is called for every request.
std::vector<Operation> ssh_key_operations(PublicKeys keys);

/// The body of both answers, of a text with a key in each line; lines without characters are no keys.
std::string ssh_keys_view(std::string_view text);

}  // namespace pilotlight::api::rest_v2

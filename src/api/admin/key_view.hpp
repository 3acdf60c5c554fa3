#pragma once

#include <string>

#include "api/json_writer.hpp"
#include "domain/accounts/api_key.hpp"

namespace pilotlight::api {

/// Adds the members of a key's view: neither the key nor its hash is among them.
void add_key(JsonWriter& json, const ApiKey& key);

}  // namespace pilotlight::api

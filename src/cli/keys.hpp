#pragma once

#include <string>
#include <vector>

#include "cli/server_address.hpp"

namespace pilotlight::cli {

/// An API key as somebody wants it.
struct NewKey {
  std::string role;
  std::string name;                    ///< empty: without a name
  std::vector<std::string> endpoints;  ///< empty: every endpoint
};

/// Makes a key on the server; the key itself.
Result<std::string> create_key(const ServerAddress& server, const NewKey& wanted);

/// The server's keys as a table for people.
Result<std::string> list_keys(const ServerAddress& server);

Result<void> revoke_key(const ServerAddress& server, const std::string& id);

}  // namespace pilotlight::cli

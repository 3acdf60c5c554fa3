#pragma once

#include <string>

#include "cli/keys.hpp"

namespace pilotlight::server {

/// Whom to ask, and what for.
struct KeyRequest {
  enum class Action { create, list, revoke };
  Action action = Action::list;
  cli::NewKey wanted;  ///< to create
  std::string id;      ///< to revoke
  std::string data;    ///< folder whose files `address` and `api-key` are used where `server` is empty
  cli::ServerAddress server;
};

/// Creates, lists or revokes API keys. Returns the exit status; what went wrong is on standard error.
int run_key_command(const KeyRequest& request);

}  // namespace pilotlight::server

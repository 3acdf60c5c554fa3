#pragma once

#include <string>

#include "base/error.hpp"

namespace pilotlight::cli {

/// A server, and the key to it.
struct ServerAddress {
  std::string url;  ///< http://host:port
  std::string key;
};

/// The server's URL and key as its data folder tells them (files `address` and `api-key`, or
/// PILOTLIGHT_API_KEY for the key); what is already set stays.
Result<void> fill_from_folder(ServerAddress& server, const std::string& data_folder);

/// The error for a 401, which says what to do.
Error key_not_accepted(const ServerAddress& server);

}  // namespace pilotlight::cli

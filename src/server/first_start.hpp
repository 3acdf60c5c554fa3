#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"

namespace pilotlight::server {

/// A file's content without its last newline; empty if it is not there.
std::string read_secret(const std::string& path);
/// Writes a file of mode 0600 and makes it durable.
Result<void> write_secret(const std::string& path, const std::string& content);

/// The secret that worker tokens are made from; made at the first start, in DIR/worker-secret.
Result<std::string> worker_secret(const std::string& data_folder);

/// Which keys are accepted from now on.
struct Keys {
  std::vector<std::string> hashes;  ///< accepted
  std::string fresh_hash;           ///< to be remembered by the store; empty if it already is
  std::string fresh_key;            ///< made just now, to be shown once; empty otherwise
};

/// PILOTLIGHT_API_KEY alone if it is set; else those the store knows; else the one in DIR/api-key; else a new
/// one, which is written there.
Result<Keys> choose_keys(const std::string& data_folder, const std::vector<std::string>& stored_hashes);

}  // namespace pilotlight::server

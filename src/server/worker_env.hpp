#pragma once

#include <string>

namespace pilotlight::server {

/// Whom to ask, and for which endpoint.
struct WorkerEnvRequest {
  std::string endpoint;
  std::string data;     ///< folder whose files `address` and `api-key` are used where the others are empty
  std::string url;      ///< address of the server; empty: from the data folder
  std::string api_key;  ///< empty: from the data folder
  std::string format = "env";  ///< env, shell, docker or json
};

/// Registers a worker that somebody starts by hand, and prints its variables. Returns the exit status; what
/// went wrong is on standard error.
int run_worker_env(const WorkerEnvRequest& request);

}  // namespace pilotlight::server

#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace pilotlight::cli {

/// How the variables are printed: KEY=VALUE lines as they are (for `env $(…)`, --env-file and debuggers),
/// export lines for a shell to read, options for `docker run`, or one JSON object.
enum class EnvFormat { env, shell, docker, json };

/// Accepts the names above.
Result<EnvFormat> read_env_format(std::string_view name);

struct WorkerEnvRequest {
  std::string endpoint;
  std::string url;  ///< http://host:port of the server
  std::string key;
  EnvFormat format = EnvFormat::env;
};

/// Registers a worker that somebody starts by hand and gives the text of its variables.
Result<std::string> worker_env(const WorkerEnvRequest& request);

/// The server's URL and key as its data folder tells them (files `address` and `api-key`, or
/// PILOTLIGHT_API_KEY for the key); what is already set stays.
Result<void> fill_from_folder(WorkerEnvRequest& request, const std::string& data_folder);

}  // namespace pilotlight::cli

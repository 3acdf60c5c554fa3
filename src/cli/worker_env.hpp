#pragma once

#include <string>
#include <string_view>

#include "base/error.hpp"
#include "cli/server_address.hpp"

namespace pilotlight::cli {

/// How the variables are printed: KEY=VALUE lines as they are (for `env $(…)`, --env-file and debuggers),
/// export lines for a shell to read, options for `docker run`, or one JSON object.
enum class EnvFormat { env, shell, docker, json };

/// Accepts the names above.
Result<EnvFormat> read_env_format(std::string_view name);

struct WorkerEnvRequest {
  std::string endpoint;
  ServerAddress server;
  EnvFormat format = EnvFormat::env;
};

/// Registers a worker that somebody starts by hand and gives the text of its variables.
Result<std::string> worker_env(const WorkerEnvRequest& request);

}  // namespace pilotlight::cli

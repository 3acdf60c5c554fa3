#include "server/worker_env.hpp"

#include <fmt/core.h>

#include "cli/worker_env.hpp"

namespace pilotlight::server {

int run_worker_env(const WorkerEnvRequest& request) {
  const auto explain = [](const Error& error) {
    fmt::print(stderr, "pilotlight: {}\n", error.message);
    return 1;
  };
  const auto format = cli::read_env_format(request.format);
  if (!format) return explain(format.error());
  cli::WorkerEnvRequest wanted{request.endpoint, {request.url, request.api_key}, *format};
  if (auto filled = cli::fill_from_folder(wanted.server, request.data); !filled)
    return explain(filled.error());
  const auto text = cli::worker_env(wanted);
  if (!text) return explain(text.error());
  fmt::print("{}", *text);
  return 0;
}

}  // namespace pilotlight::server

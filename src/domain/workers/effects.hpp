#pragma once

#include <cstdint>
#include <string>
#include <variant>

#include "base/time.hpp"
#include "domain/payload.hpp"

namespace pilotlight::effect {

/// Start a worker's process. Carried out at most once per worker id, whatever happens.
struct StartWorker {
  static constexpr std::uint8_t wire = 1;
  WorkerId worker;
  EndpointId endpoint;
  std::string image;
  std::string command;
  PayloadRef template_env;
  PayloadRef endpoint_env;  ///< wins over the template's
  std::int64_t gpu_count = 1;
  std::int64_t endpoint_version = 0;
  bool names_volumes = false;  ///< the endpoint names network volumes
};

/// SIGTERM now, SIGKILL of everything it left after `grace`; 0: SIGKILL now. Idempotent.
struct StopWorker {
  static constexpr std::uint8_t wire = 2;
  WorkerId worker;
  milliseconds grace{0};
};

/// The worker's end is durable: whoever kept its exit for us may forget it.
struct ForgetWorker {
  static constexpr std::uint8_t wire = 3;
  WorkerId worker;
};

/// Read the last lines of the worker's output; then WorkerOutput.
struct ReadOutput {
  static constexpr std::uint8_t wire = 6;
  WorkerId worker;
  Timestamp asked{};
};

}  // namespace pilotlight::effect

namespace pilotlight {

using WorkerEffects =
    std::variant<effect::StartWorker, effect::StopWorker, effect::ForgetWorker, effect::ReadOutput>;

}  // namespace pilotlight

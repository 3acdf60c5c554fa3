#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/body.hpp"
#include "base/error.hpp"
#include "base/time.hpp"
#include "service/secrets.hpp"

namespace pilotlight::service {

using Environment = std::vector<std::pair<std::string, std::string>>;

/// The variables of a worker whose template sets none: they leave out the runpod package's checks for cloud
/// machines, which fail on a laptop or without internet.
Environment default_environment();

/// The variables that tell a worker where its jobs are (docs/protocol.md 2), ids and token filled in. `url`:
/// the address of the server as workers reach it.
Environment platform_environment(const std::string& url, const WorkerTokens& tokens, const WorkerId& worker,
                                 const EndpointId& endpoint);

/// Merges variables; later ones win, names keep their first place.
Environment merged(std::vector<Environment> lists);

/// Reads an environment as it is stored, [{"key":…,"value":…}]; anything else is empty.
Environment environment_from_json(const Body& json);

/// The refusal of variables that no process can have; nullopt if it can have them.
std::optional<Error> impossible(const Environment& variables);

/// An environment on its way to the store.
struct StorableEnvironment {
  Body json;                                 ///< as environment_from_json reads it; null for an empty one
  std::optional<milliseconds> init_timeout;  ///< as init_timeout_in finds it
};
/// Error: a variable is one that no process can have, or its RUNPOD_INIT_TIMEOUT is wrong.
Result<StorableEnvironment> storable(const Environment& variables);

/// The same variables, whatever their order; no name comes twice.
bool equal_but_for_order(Environment a, Environment b);

/// RUNPOD_INIT_TIMEOUT among these variables, in whole seconds up to a day: how long a worker may take from
/// its start to its first job-take. nullopt: it is not there.
Result<std::optional<milliseconds>> init_timeout_in(const Environment& variables);

}  // namespace pilotlight::service

#pragma once

#include <optional>
#include <string>

#include "domain/definitions/endpoint.hpp"
#include "domain/definitions/template.hpp"
#include "domain/definitions/volume.hpp"

namespace pilotlight::core {

/// What is wrong with the value itself, in words that say what to change; nullopt if nothing is.
std::optional<std::string> invalid(const Template& value);
std::optional<std::string> invalid(const Endpoint& value);
std::optional<std::string> invalid(const NetworkVolume& value);

/// The refusal of a change of the GPUs and CPUs that an endpoint asks for; nullopt if it is sound. GPU ids
/// that stay as they are are not judged.
std::optional<std::string> invalid_hardware(const Endpoint& before, const Endpoint& after);

}  // namespace pilotlight::core

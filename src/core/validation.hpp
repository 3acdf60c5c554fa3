#pragma once

#include <optional>
#include <string>

#include "domain/definitions/endpoint.hpp"
#include "domain/definitions/template.hpp"

namespace pilotlight::core {

/// What is wrong with the value itself, in words that say what to change; nullopt if nothing is.
std::optional<std::string> invalid(const Template& value);
std::optional<std::string> invalid(const Endpoint& value);

}  // namespace pilotlight::core

#pragma once

#include <optional>
#include <string_view>

#include "base/error.hpp"

namespace pilotlight::api {

/// Why a mutation that clients know is refused, whatever its input; nullopt: it is not. No text repeats any
/// of the input, which may be a secret.
std::optional<Error> not_supported(std::string_view mutation);

}  // namespace pilotlight::api

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pilotlight::core {

/// The refusal of a text of GPU ids; nullopt if it is sound. The ids are pools and GPU types, and behind a
/// "-" GPU types that are excluded, separated by commas. Any name passes, because new ones keep coming.
std::optional<std::string> invalid_gpu_ids(std::string_view text);

}  // namespace pilotlight::core

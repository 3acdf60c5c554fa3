#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pilotlight::core {

/// What is wrong with a text of GPU ids: pools and GPU types, and behind a "-" GPU types that are excluded,
/// separated by commas. Any name passes, because new pools and types keep coming.
std::optional<std::string> invalid_gpu_ids(std::string_view text);

}  // namespace pilotlight::core

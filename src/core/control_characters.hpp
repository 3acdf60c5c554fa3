#pragma once

#include <string_view>

namespace pilotlight::core {

/// In UTF-8; also those above ASCII, which some terminals obey.
bool has_control_characters(std::string_view text);

}  // namespace pilotlight::core

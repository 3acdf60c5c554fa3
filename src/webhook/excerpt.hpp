#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pilotlight::webhook {

inline constexpr std::size_t excerpt_max = 300;

/// The beginning of a foreign text for people to read: one line of printable ASCII, at most `excerpt_max`
/// characters, without any of `secrets` (longest first), nor the beginning of one where the text was cut off.
std::string excerpt(std::string_view text, const std::vector<std::string>& secrets);

}  // namespace pilotlight::webhook

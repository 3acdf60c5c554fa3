#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace pilotlight {

/// The number of characters in a text of UTF-8: of all bytes but those that continue a character.
inline std::uint64_t characters_in(std::string_view text) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<std::uint64_t>(std::count_if(text.begin(), text.end(), begins));
}

}  // namespace pilotlight

#pragma once

#include <string>
#include <string_view>

namespace pilotlight {

inline constexpr std::string_view hex_digits = "0123456789abcdef";

/// Two digits for each byte.
inline std::string to_hex(std::string_view bytes) {
  std::string text;
  text.reserve(2 * bytes.size());
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    text += hex_digits[value >> 4];
    text += hex_digits[value & 15];
  }
  return text;
}

}  // namespace pilotlight

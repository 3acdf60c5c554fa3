#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "base/body.hpp"
#include "graphql/utf8.hpp"
#include "tests/fuzz/strict_json.hpp"

// What every fuzz target has: one function that gets any bytes, and ASSERTs what must hold for all of them.
namespace pilotlight::fuzz {

/// The product refuses JSON from outside that is nested deeper.
inline constexpr unsigned depth_max = 1'000;
/// What it makes of such JSON is a little deeper.
inline constexpr unsigned made_depth_max = depth_max + 10;

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Whether a client could read what the product made.
inline bool is_json(std::string_view made) {
  return StrictJson::accepts(made, made_depth_max);
}

/// A number's exponent of more than nine digits may be taken or refused.
inline bool exponent_is_long(std::string_view text) {
  static constexpr std::string_view digits = "0123456789";
  for (std::size_t at = text.find_first_of("eE"); at != std::string_view::npos;
       at = text.find_first_of("eE", at + 1)) {
    std::string_view rest = text.substr(at + 1);
    if (rest.starts_with('+') || rest.starts_with('-')) rest.remove_prefix(1);
    if (std::min(rest.find_first_not_of(digits), rest.size()) > 9) return true;
  }
  return false;
}

}  // namespace pilotlight::fuzz

/// The target; libFuzzer's name for it. Always 0.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace pilotlight {

/// The bytes of an input, an output or another payload: immutable and shared, so that handing one on never
/// copies it. Null stands for "no body". The string's capacity exceeds its size by at least `body_padding`,
/// which is what simdjson reads past the end.
using Body = std::shared_ptr<const std::string>;

inline constexpr std::size_t body_padding = 64;

/// A body from these bytes, with the padding reserved (appending within capacity does not move the bytes).
inline Body make_body(std::string bytes) {
  bytes.reserve(bytes.size() + body_padding);
  return std::make_shared<const std::string>(std::move(bytes));
}

/// The same, copied.
inline Body copy_body(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size() + body_padding);
  text.append(bytes);
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace pilotlight

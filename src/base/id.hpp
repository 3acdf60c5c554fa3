#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/assert.hpp"

namespace pilotlight {

/// An identifier of one kind of thing: 1 to 15 characters of [a-z0-9], because ids are path segments and DNS
/// labels. Trivially copyable. A default-constructed id is empty and stands for "none".
template <class Tag>
class Id {
 public:
  static constexpr std::size_t length_max = 15;

  constexpr Id() = default;

  /// The only way from text to an id; nullopt unless the text is well formed.
  static constexpr std::optional<Id> parse(std::string_view text) {
    if (text.empty() || text.size() > length_max) return std::nullopt;
    Id id;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))) return std::nullopt;
      id.chars_[i] = c;
    }
    id.length_ = static_cast<std::uint8_t>(text.size());
    return id;
  }

  /// `length` characters drawn from `draw()`, which returns uniformly distributed 64-bit values; about 5 bits
  /// of chance a character.
  template <class Draw>
  static Id generate(std::size_t length, Draw&& draw) {
    static constexpr std::string_view alphabet = "0123456789abcdefghijklmnopqrstuvwxyz";
    ASSERT(length >= 1 && length <= length_max);
    Id id;
    for (std::size_t i = 0; i < length; ++i) id.chars_[i] = alphabet[draw() % alphabet.size()];
    id.length_ = static_cast<std::uint8_t>(length);
    return id;
  }

  constexpr std::string_view view() const { return {chars_.data(), length_}; }
  std::string text() const { return std::string(view()); }
  constexpr bool empty() const { return length_ == 0; }

  friend constexpr bool operator==(const Id&, const Id&) = default;
  friend constexpr auto operator<=>(const Id&, const Id&) = default;

 private:
  std::array<char, length_max> chars_{};
  std::uint8_t length_ = 0;
};

}  // namespace pilotlight

template <class Tag>
struct std::hash<pilotlight::Id<Tag>> {
  std::size_t operator()(const pilotlight::Id<Tag>& id) const noexcept {
    return std::hash<std::string_view>{}(id.view());
  }
};

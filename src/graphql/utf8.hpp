#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pilotlight::graphql {

/// Whether every byte belongs to a well-formed character (no surrogates, no overlong forms).
bool is_utf8(std::string_view text);

/// The character that starts at `offset` of valid UTF-8.
char32_t decode_utf8(std::string_view text, std::size_t offset);

/// Appends a character; false (nothing appended): a surrogate or beyond U+10FFFF.
bool append_utf8(std::string& text, char32_t character);

/// How many UTF-16 units the character that this byte starts has; 0 for the bytes that follow in it.
std::uint32_t utf16_units(char byte);

}  // namespace pilotlight::graphql

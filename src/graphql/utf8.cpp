#include "graphql/utf8.hpp"

namespace pilotlight::graphql {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t offset) {
  return static_cast<std::uint8_t>(text[offset]);
}

std::size_t length_from(std::uint8_t first) {
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return 2;
  if (first < 0xF0) return 3;
  return first < 0xF5 ? 4 : 0;
}

bool is_character(char32_t c) {
  return c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

char32_t smallest_of(std::size_t length) {
  constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
  return smallest[length];
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t offset = 0; offset < text.size();) {
    const std::size_t length = length_from(byte_at(text, offset));
    if (length == 0 || offset + length > text.size()) return false;
    for (std::size_t i = 1; i < length; ++i) {
      if ((byte_at(text, offset + i) & 0xC0) != 0x80) return false;
    }
    const char32_t c = decode_utf8(text, offset);
    if (!is_character(c) || c < smallest_of(length)) return false;
    offset += length;
  }
  return true;
}

char32_t decode_utf8(std::string_view text, std::size_t offset) {
  const std::uint8_t first = byte_at(text, offset);
  const std::size_t length = length_from(first);
  if (length <= 1) return first;
  char32_t c = first & (0x7F >> length);
  for (std::size_t i = 1; i < length && offset + i < text.size(); ++i) {
    c = (c << 6) | (byte_at(text, offset + i) & 0x3F);
  }
  return c;
}

bool append_utf8(std::string& text, char32_t c) {
  if (!is_character(c)) return false;
  if (c < 0x80) {
    text += static_cast<char>(c);
    return true;
  }
  const int rest = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  constexpr std::uint8_t lead[] = {0, 0xC0, 0xE0, 0xF0};
  text += static_cast<char>(lead[rest] | (c >> (6 * rest)));
  for (int i = rest - 1; i >= 0; --i) text += static_cast<char>(0x80 | ((c >> (6 * i)) & 0x3F));
  return true;
}

std::uint32_t utf16_units(char byte) {
  const auto b = static_cast<std::uint8_t>(byte);
  if ((b & 0xC0) == 0x80) return 0;
  return b >= 0xF0 ? 2 : 1;
}

}  // namespace pilotlight::graphql

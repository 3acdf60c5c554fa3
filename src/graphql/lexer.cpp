#include "graphql/lexer.hpp"

#include <fmt/format.h>

#include "graphql/utf8.hpp"

namespace pilotlight::graphql {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

}  // namespace

Location Lexer::here() {
  for (; marked_ < offset_; ++marked_) {
    const char c = source_[marked_];
    const bool newline = c == '\n' || (c == '\r' && at(marked_ + 1) != '\n');
    if (newline) {
      mark_ = {mark_.line + 1, 1};
    } else {
      mark_.column += utf16_units(c);
    }
  }
  return mark_;
}

void Lexer::skip_ignored() {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  while (offset_ < source_.size()) {
    const char c = source_[offset_];
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',') {
      ++offset_;
    } else if (c == '#') {
      offset_ = std::min(source_.find_first_of("\r\n", offset_), source_.size());
    } else if (source_.substr(offset_, 3) == byte_order_mark) {
      offset_ += 3;
    } else {
      return;
    }
  }
}

Token Lexer::next() {
  skip_ignored();
  start_ = here();
  if (offset_ >= source_.size()) return {TokenKind::end, "<EOF>", start_};
  const char c = source_[offset_];
  if (is_name_start(c)) {
    const std::size_t first = offset_;
    while (is_name_start(at(offset_)) || is_digit(at(offset_))) ++offset_;
    return {TokenKind::name, std::string(source_.substr(first, offset_ - first)), start_};
  }
  if (is_digit(c) || c == '-') return number();
  if (c != '"') return punctuator_or_error();
  if (source_.substr(offset_, 3) == "\"\"\"") return block_string();
  return string();
}

Token Lexer::punctuator_or_error() {
  constexpr std::string_view single = "!$&()[]{}:=@|";
  if (source_.substr(offset_, 3) == "...") {
    offset_ += 3;
    return {TokenKind::punctuator, "...", start_};
  }
  const char c = source_[offset_];
  if (single.find(c) != std::string_view::npos) {
    ++offset_;
    return {TokenKind::punctuator, std::string(1, c), start_};
  }
  if (c == '\'')
    return fail("Unexpected single quote character ('), did you mean to use a double quote (\")?");
  return fail(fmt::format("Unexpected character: {}.", shown(offset_)));
}

bool Lexer::digits() {
  if (!is_digit(at(offset_))) return false;
  while (is_digit(at(offset_))) ++offset_;
  return true;
}

Token Lexer::number() {
  const std::size_t first = offset_;
  bool floating = false;
  if (at(offset_) == '-') ++offset_;
  if (at(offset_) == '0') {
    ++offset_;
    if (is_digit(at(offset_))) {
      return fail(fmt::format("Invalid number, unexpected digit after 0: {}.", shown(offset_)));
    }
  } else if (!digits()) {
    return number_failure();
  }
  if (at(offset_) == '.') {
    floating = true;
    ++offset_;
    if (!digits()) return number_failure();
  }
  if (at(offset_) == 'e' || at(offset_) == 'E') {
    floating = true;
    ++offset_;
    if (at(offset_) == '+' || at(offset_) == '-') ++offset_;
    if (!digits()) return number_failure();
  }
  if (at(offset_) == '.' || is_name_start(at(offset_))) return number_failure();
  return {floating ? TokenKind::floating : TokenKind::integer,
          std::string(source_.substr(first, offset_ - first)), start_};
}

Token Lexer::number_failure() {
  return fail(fmt::format("Invalid number, expected digit but got: {}.", shown(offset_)));
}

Token Lexer::fail(std::string reason) {
  return {TokenKind::error, std::move(reason), here()};
}

std::string Lexer::shown(std::size_t offset) const {
  if (offset >= source_.size()) return "<EOF>";
  const char c = source_[offset];
  if (c == '"') return "'\"'";
  if (c >= 0x20 && c < 0x7F) return fmt::format("\"{}\"", c);
  return fmt::format("U+{:04X}", static_cast<std::uint32_t>(decode_utf8(source_, offset)));
}

}  // namespace pilotlight::graphql

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "graphql/lexer.hpp"
#include "graphql/utf8.hpp"

namespace pilotlight::graphql {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The number that `digits` (1 to 8) spell; beyond every character when they do not.
char32_t hex(std::string_view digits) {
  if (digits.empty() || digits.size() > 8) return 0xFFFFFFFF;
  char32_t number = 0;
  for (const char c : digits) {
    if (hex_digit(c) < 0) return 0xFFFFFFFF;
    number = number * 16 + static_cast<char32_t>(hex_digit(c));
  }
  return number;
}

std::vector<std::string> lines_of(std::string_view raw) {
  std::vector<std::string> lines(1);
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\r' && i + 1 < raw.size() && raw[i + 1] == '\n') continue;
    if (raw[i] == '\n' || raw[i] == '\r') {
      lines.emplace_back();
    } else {
      lines.back() += raw[i];
    }
  }
  return lines;
}

std::size_t indentation(const std::string& line) {
  return std::min(line.find_first_not_of(" \t"), line.size());
}

}  // namespace

Token Lexer::string() {
  Token token{TokenKind::string, "", start_};
  ++offset_;
  while (offset_ < source_.size()) {
    const char c = source_[offset_];
    if (c == '"') {
      ++offset_;
      return token;
    }
    if (c == '\n' || c == '\r') break;
    if (c == '\\') {
      std::string failure;
      if (!escape(token.text, failure)) return fail(std::move(failure));
      continue;
    }
    token.text += c;
    ++offset_;
  }
  return fail("Unterminated string.");
}

bool Lexer::escape(std::string& content, std::string& failure) {
  constexpr std::string_view written = "\"\\/bfnrt";
  constexpr std::string_view meant = "\"\\/\b\f\n\r\t";
  const char c = at(offset_ + 1);
  const std::size_t which = written.find(c);
  if (c != '\0' && which != std::string_view::npos) {
    content += meant[which];
    offset_ += 2;
    return true;
  }
  if (c == 'u') {
    if (unicode_escape(content)) return true;
    failure = fmt::format("Invalid Unicode escape sequence: \"{}\".", shown_escape());
    return false;
  }
  const bool shown_whole = c > 0x20 && c < 0x7F;
  failure = fmt::format("Invalid character escape sequence: \"\\{}\".", shown_whole ? std::string(1, c) : "");
  return false;
}

/// A unicode escape that is not valid, as far as it was looked at.
std::string Lexer::shown_escape() const {
  std::size_t size = 6;
  if (at(offset_ + 2) == '{') {
    size = 3;
    while (size < 12 && hex_digit(at(offset_ + size++)) >= 0) {
    }
  }
  std::string shown(source_.substr(offset_, size));
  while (!is_utf8(shown)) shown.pop_back();
  return shown;
}

bool Lexer::unicode_escape(std::string& content) {
  if (at(offset_ + 2) == '{') {
    const std::size_t close = source_.find('}', offset_);
    if (close == std::string_view::npos || close > offset_ + 11) return false;
    if (!append_utf8(content, hex(source_.substr(offset_ + 3, close - offset_ - 3)))) return false;
    offset_ = close + 1;
    return true;
  }
  if (offset_ + 6 > source_.size()) return false;
  const char32_t first = hex(source_.substr(offset_ + 2, 4));
  if (append_utf8(content, first)) {
    offset_ += 6;
    return true;
  }
  const bool leads = first >= 0xD800 && first < 0xDC00 && source_.substr(offset_ + 6, 2) == "\\u";
  if (!leads || offset_ + 12 > source_.size()) return false;
  const char32_t second = hex(source_.substr(offset_ + 8, 4));
  if (second < 0xDC00 || second > 0xDFFF) return false;
  offset_ += 12;
  return append_utf8(content, 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00));
}

Token Lexer::block_string() {
  std::string raw;
  offset_ += 3;
  while (offset_ < source_.size()) {
    if (source_.substr(offset_, 3) == "\"\"\"") {
      offset_ += 3;
      return {TokenKind::block_string, dedented(raw), start_};
    }
    if (source_.substr(offset_, 4) == "\\\"\"\"") {
      raw += "\"\"\"";
      offset_ += 4;
      continue;
    }
    raw += source_[offset_++];
  }
  return fail("Unterminated string.");
}

std::string dedented(std::string_view raw) {
  const std::vector<std::string> lines = lines_of(raw);
  std::size_t common = std::string::npos;
  std::size_t first = lines.size();
  std::size_t last = 0;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::size_t indent = indentation(lines[i]);
    if (indent == lines[i].size()) continue;
    first = std::min(first, i);
    last = i;
    if (i > 0) common = std::min(common, indent);
  }
  if (common == std::string::npos) common = 0;
  std::string content;
  for (std::size_t i = first; i < lines.size() && i <= last; ++i) {
    if (i > first) content += '\n';
    content += i == 0 ? lines[i] : lines[i].substr(std::min(common, lines[i].size()));
  }
  return content;
}

}  // namespace pilotlight::graphql

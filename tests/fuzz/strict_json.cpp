#include "tests/fuzz/strict_json.hpp"

#include "graphql/utf8.hpp"

namespace pilotlight::fuzz {

bool StrictJson::accepts(std::string_view text, unsigned depth_max) {
  StrictJson reader(text, depth_max);
  if (!graphql::is_utf8(text) || !reader.value(0)) return false;
  reader.skip_space();
  return reader.rest_.empty();
}

bool StrictJson::value(unsigned depth) {
  skip_space();
  if (rest_.empty()) return false;
  switch (rest_.front()) {
    case '{': return object(depth + 1);
    case '[': return array(depth + 1);
    case '"': return string();
    case 't': return take_word("true");
    case 'f': return take_word("false");
    case 'n': return take_word("null");
    default: return number();
  }
}

bool StrictJson::object(unsigned depth) {
  rest_.remove_prefix(1);
  if (depth > depth_max_) return false;
  if (skip_space(), take('}')) return true;
  do {
    skip_space();
    if (!rest_.starts_with('"') || !string()) return false;
    if (skip_space(), !take(':')) return false;
    if (!value(depth)) return false;
    skip_space();
  } while (take(','));
  return take('}');
}

bool StrictJson::array(unsigned depth) {
  rest_.remove_prefix(1);
  if (depth > depth_max_) return false;
  if (skip_space(), take(']')) return true;
  do {
    if (!value(depth)) return false;
    skip_space();
  } while (take(','));
  return take(']');
}

bool StrictJson::string() {
  rest_.remove_prefix(1);
  while (!rest_.empty()) {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '"') return true;
    if (static_cast<unsigned char>(c) < 0x20) return false;
    if (c == '\\' && !escape()) return false;
  }
  return false;
}

bool StrictJson::escape() {
  if (take('u')) return unicode_escape();
  const bool known =
      !rest_.empty() && std::string_view("\"\\/bfnrt").find(rest_.front()) != std::string_view::npos;
  if (known) rest_.remove_prefix(1);
  return known;
}

bool StrictJson::unicode_escape() {
  static constexpr std::string_view hex = "0123456789abcdefABCDEF";
  const auto code = rest_.substr(0, 4);
  if (code.size() < 4 || code.find_first_not_of(hex) != std::string_view::npos) return false;
  const bool leads = surrogate(true), trails = surrogate(false);
  rest_.remove_prefix(4);
  if (trails) return false;
  if (!leads) return true;
  if (!take_word("\\u") || !surrogate(false)) return false;
  const bool whole = rest_.substr(0, 4).find_first_not_of(hex) == std::string_view::npos && rest_.size() >= 4;
  if (whole) rest_.remove_prefix(4);
  return whole;
}

/// D800 to DBFF (high), or DC00 to DFFF.
bool StrictJson::surrogate(bool high) {
  if (rest_.size() < 2 || (rest_[0] != 'd' && rest_[0] != 'D')) return false;
  return std::string_view(high ? "89abAB" : "cdefCDEF").find(rest_[1]) != std::string_view::npos;
}

bool StrictJson::number() {
  take('-');
  if (!take('0') && !digits()) return false;
  if (take('.') && !digits()) return false;
  if (take('e') || take('E')) {
    if (!take('+')) take('-');
    return digits();
  }
  return true;
}

bool StrictJson::digits() {
  const std::size_t count = std::min(rest_.find_first_not_of("0123456789"), rest_.size());
  rest_.remove_prefix(count);
  return count > 0;
}

bool StrictJson::take(char wanted) {
  if (!rest_.starts_with(wanted)) return false;
  rest_.remove_prefix(1);
  return true;
}

bool StrictJson::take_word(std::string_view word) {
  if (!rest_.starts_with(word)) return false;
  rest_.remove_prefix(word.size());
  return true;
}

void StrictJson::skip_space() {
  rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size()));
}

}  // namespace pilotlight::fuzz

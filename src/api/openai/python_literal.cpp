#include "api/openai/python_literal.hpp"

#include <boost/json.hpp>
#include <charconv>

namespace pilotlight::api {
namespace {

namespace json = boost::json;

constexpr int literal_depth_max = 32;

void append_utf8(std::string& out, unsigned code) {
  const auto tail = [&out](unsigned bits) { out += static_cast<char>(0x80 | (bits & 0x3f)); };
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xc0 | code >> 6);
    tail(code);
  } else if (code < 0x10000) {
    out += static_cast<char>(0xe0 | code >> 12);
    tail(code >> 6);
    tail(code);
  } else {
    out += static_cast<char>(0xf0 | code >> 18);
    tail(code >> 12);
    tail(code >> 6);
    tail(code);
  }
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {}

  std::optional<json::value> whole() {
    auto value = any(0);
    skip_space();
    return rest_.empty() ? std::move(value) : std::nullopt;
  }

 private:
  void skip_space() {
    while (!rest_.empty() && (rest_.front() == ' ' || rest_.front() == '\n')) rest_.remove_prefix(1);
  }
  bool take(std::string_view token) {
    skip_space();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  std::optional<json::value> any(int depth) {
    if (depth > literal_depth_max) return std::nullopt;
    if (take("None")) return json::value(nullptr);
    if (take("True")) return json::value(true);
    if (take("False")) return json::value(false);
    if (take("{")) return dict(depth);
    if (take("[")) return list(depth, "]");
    if (take("(")) return list(depth, ")");
    if (auto text = string()) return json::value(*text);
    return number();
  }

  std::optional<json::value> dict(int depth) {
    json::object object;
    if (take("}")) return object;
    do {
      const auto key = string();
      if (!key || !take(":")) return std::nullopt;
      auto value = any(depth + 1);
      if (!value) return std::nullopt;
      object.insert_or_assign(*key, std::move(*value));
    } while (take(","));
    return take("}") ? std::optional<json::value>(std::move(object)) : std::nullopt;
  }

  std::optional<json::value> list(int depth, std::string_view end) {
    json::array array;
    while (!take(end)) {
      auto value = any(depth + 1);
      if (!value) return std::nullopt;
      array.push_back(std::move(*value));
      if (take(",")) continue;
      if (!take(end)) return std::nullopt;
      break;
    }
    return array;
  }

  std::optional<std::string> string() {
    skip_space();
    if (rest_.empty() || (rest_.front() != '\'' && rest_.front() != '"')) return std::nullopt;
    const char quote = rest_.front();
    rest_.remove_prefix(1);
    std::string text;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == quote) return text;
      if (c != '\\')
        text += c;
      else if (!escape(text))
        return std::nullopt;
    }
    return std::nullopt;
  }

  bool escape(std::string& text) {
    if (rest_.empty()) return false;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    switch (c) {
      case 'n': text += '\n'; return true;
      case 'r': text += '\r'; return true;
      case 't': text += '\t'; return true;
      case 'x': return code(text, 2);
      case 'u': return code(text, 4);
      case 'U': return code(text, 8);
      default: text += c; return c == '\\' || c == '\'' || c == '"';
    }
  }

  bool code(std::string& text, std::size_t digits) {
    if (rest_.size() < digits) return false;
    unsigned value = 0;
    const auto end = rest_.data() + digits;
    const auto [stop, error] = std::from_chars(rest_.data(), end, value, 16);
    rest_.remove_prefix(digits);
    const bool character = value < 0xd800 || (value > 0xdfff && value < 0x110000);
    if (error != std::errc{} || stop != end || !character) return false;
    append_utf8(text, value);
    return true;
  }

  std::optional<json::value> number() {
    skip_space();
    const std::size_t size = rest_.find_first_not_of("+-.0123456789eE");
    const std::string_view text = rest_.substr(0, size);
    rest_.remove_prefix(text.size());
    boost::system::error_code error;
    json::value value = json::parse({text.data(), text.size()}, error);
    if (error) return std::nullopt;
    return value;
  }

  std::string_view rest_;
};

}  // namespace

std::optional<json::value> parse_python_literal(std::string_view text) {
  return Reader(text).whole();
}

}  // namespace pilotlight::api

#include "net/text.hpp"

#include "net/handler.hpp"
#include "net/message.hpp"

namespace pilotlight::net {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (i + 2 >= text.size()) return std::nullopt;
      const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

PathSegments path_segments(std::string_view path) {
  PathSegments segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  for (;;) {
    const std::size_t slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return segments;
    path.remove_prefix(slash + 1);
  }
}

std::string_view Request::field(Field name) const {
  for (const auto& [field, value] : fields)
    if (field == name) return value;
  return {};
}

std::optional<std::string> Request::parameter(std::string_view name) const {
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::size_t end = rest.find('&');
    const std::string_view pair = rest.substr(0, end);
    const std::size_t equals = pair.find('=');
    if (pair.substr(0, equals) == name)
      return equals == std::string_view::npos ? std::string() : percent_decode(pair.substr(equals + 1), true);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return std::nullopt;
}

boost::container::small_vector<std::string, 4> captures(std::string_view pattern, std::string_view path) {
  const auto wanted = path_segments(pattern), given = path_segments(path);
  boost::container::small_vector<std::string, 4> found;
  for (std::size_t i = 0; i < wanted.size() && i < given.size(); ++i)
    if (wanted[i] == "{}") found.push_back(percent_decode(given[i], false).value_or(std::string()));
  return found;
}

}  // namespace pilotlight::net

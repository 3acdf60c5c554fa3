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

/// Takes "/segment" off the path.
std::string_view first_segment(std::string_view& path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  const bool spaces = plus_is_space && text.find('+') != std::string_view::npos;
  if (!spaces && text.find('%') == std::string_view::npos) return std::string(text);
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
  do segments.push_back(first_segment(path));
  while (!path.empty());
  return segments;
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
  boost::container::small_vector<std::string, 4> found;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view wanted = first_segment(pattern), given = first_segment(path);
    if (wanted == "{}") found.push_back(percent_decode(given, false).value_or(std::string()));
  }
  return found;
}

}  // namespace pilotlight::net

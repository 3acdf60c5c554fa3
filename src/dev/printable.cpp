#include "dev/printable.hpp"

namespace pilotlight::dev {
namespace {

constexpr char escape = '\x1b';

/// How long the escape sequence at the beginning is: ESC [ … letter, ESC ] … bell, or ESC and one character.
std::size_t sequence_length(std::string_view text) {
  if (text.size() < 2) return text.size();
  if (text[1] == '[') {
    std::size_t end = 2;
    while (end < text.size() && (text[end] < 0x40 || text[end] > 0x7e)) ++end;
    return std::min(end + 1, text.size());
  }
  if (text[1] == ']') {
    const std::size_t end = text.find_first_of("\a\x1b", 2);
    if (end == text.npos) return text.size();
    return text[end] == escape ? std::min(end + 2, text.size()) : end + 1;
  }
  return 2;
}

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

}  // namespace

std::string printable(std::string_view text) {
  while (text.ends_with('\r')) text.remove_suffix(1);
  text.remove_prefix(text.rfind('\r') + 1);  // npos + 1 is 0
  std::string clean;
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    std::size_t dropped = 0;
    if (text.front() == escape)
      dropped = sequence_length(text);
    else if ((c < 0x20 && c != '\t') || c == 0x7f)
      dropped = 1;
    else if (c == 0xc2 && text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xa0)
      dropped = 2;  // the control characters U+0080 to U+009F
    if (dropped == 0) clean += text.front(), dropped = 1;
    text.remove_prefix(dropped);
  }
  return clean;
}

std::string shortened(std::string_view text, std::size_t columns) {
  std::size_t characters = 0, keep = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (continues(text[at])) continue;
    if (++characters == columns) keep = at;
    if (characters > columns) return std::string(text.substr(0, keep)) + (columns > 0 ? "…" : "");
  }
  return std::string(text);
}

}  // namespace pilotlight::dev

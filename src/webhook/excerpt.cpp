#include "webhook/excerpt.hpp"

#include <algorithm>

namespace pilotlight::webhook {
namespace {

constexpr std::string_view removed = "***";

void replace_all(std::string& text, const std::string& secret) {
  for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos; at += removed.size())
    text.replace(at, secret.size(), removed);
}

void cut_beginning_at_the_end(std::string& text, std::string_view secret) {
  constexpr std::size_t telling = 4;  // fewer characters are there by chance
  for (std::size_t size = std::min(secret.size(), text.size() + 1) - 1; size >= telling; --size)
    if (text.ends_with(secret.substr(0, size))) {
      text.replace(text.size() - size, size, removed);
      return;
    }
}

}  // namespace

std::string excerpt(std::string_view text, const std::vector<std::string>& secrets) {
  std::string clean(text);
  for (const std::string& secret : secrets) replace_all(clean, secret);
  for (const std::string& secret : secrets) cut_beginning_at_the_end(clean, secret);
  std::string line;
  for (const char c : clean) {
    if (line.size() == excerpt_max) break;
    const auto byte = static_cast<unsigned char>(c);
    const char shown = byte <= 0x20 || byte == 0x7f ? ' ' : byte > 0x7f ? '?' : c;
    const char last = line.empty() ? ' ' : line.back();
    if (shown == last && (shown == ' ' || shown != c)) continue;
    line += shown;
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace pilotlight::webhook

#pragma once

#include <string>
#include <string_view>
#include <vector>

// Lists that are stored as one text.
namespace pilotlight {

/// The parts between the commas, into `text`; none of an empty text.
inline std::vector<std::string_view> comma_parts(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty() || !parts.empty()) {
    const std::size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == text.npos) break;
    text.remove_prefix(comma + 1);
  }
  return parts;
}

/// The text without blanks at its ends.
inline std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

/// The parts without blanks around them, but for empty ones.
inline std::vector<std::string> comma_entries(std::string_view text) {
  std::vector<std::string> entries;
  for (const std::string_view part : comma_parts(text))
    if (const std::string_view entry = trimmed(part); !entry.empty()) entries.emplace_back(entry);
  return entries;
}

/// The parts with a comma between each two.
template <class Parts>
std::string comma_joined(const Parts& parts) {
  std::string text;
  bool first = true;
  for (const auto& part : parts) {
    if (!first) text += ',';
    text += part;
    first = false;
  }
  return text;
}

}  // namespace pilotlight

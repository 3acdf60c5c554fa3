#include "worker_log/last_lines.hpp"

#include <algorithm>
#include <cstdint>

namespace pilotlight::worker_log {
namespace {

struct Unit {
  std::size_t length;  ///< bytes taken, at least 1
  bool good;           ///< well-formed UTF-8
};

/// Lowest code point that may be written with 1, 2, 3 and 4 bytes.
constexpr std::uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};

Unit unit_at(std::string_view text) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char head = at(0);
  if (head < 0x80) return {1, true};
  const std::size_t length = head >= 0xF0 ? 4 : head >= 0xE0 ? 3 : 2;
  if (head < 0xC2 || head > 0xF4 || text.size() < length) return {1, false};
  std::uint32_t code = head & (0xFFu >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if ((at(i) & 0xC0) != 0x80) return {1, false};
    code = code << 6 | (at(i) & 0x3Fu);
  }
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  const bool good = code >= lowest[length] && code <= 0x10FFFF && !surrogate;
  return {good ? length : 1, good};
}

/// Length of the terminal escape sequence at the head of `text` (which begins with ESC).
std::size_t escape_length(std::string_view text) {
  if (text.size() < 2 || text[1] != '[') return 1;
  std::size_t i = 2;
  while (i < text.size() && (text[i] < '@' || text[i] > '~')) ++i;
  return std::min(i + 1, text.size());
}

bool control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
}

}  // namespace

std::string printable(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  while (!bytes.empty()) {
    if (bytes.front() == '\x1b') {
      bytes.remove_prefix(escape_length(bytes));
      continue;
    }
    const Unit unit = unit_at(bytes);
    if (!unit.good)
      out += '?';
    else if (!control(bytes.front()))
      out.append(bytes.substr(0, unit.length));
    bytes.remove_prefix(unit.length);
  }
  return out;
}

void LastLines::add(std::string_view line, Timestamp at) {
  lines_.push_back({at, std::string(line.substr(0, bytes_max - 1))});
  bytes_ += lines_.back().text.size() + 1;
  while (lines_.size() > lines_max || bytes_ > bytes_max) {
    bytes_ -= lines_.front().text.size() + 1;
    lines_.pop_front();
  }
}

std::vector<OutputLine> LastLines::lines() const {
  std::vector<OutputLine> all;
  all.reserve(lines_.size());
  for (const OutputLine& line : lines_) all.push_back({line.at, printable(line.text)});
  return all;
}

std::string LastLines::text() const {
  const std::vector<OutputLine> all = lines();
  return end_of(std::span(all).last(std::min(all.size(), text_lines_max)), text_bytes_max);
}

}  // namespace pilotlight::worker_log

#include "domain/workers/worker.hpp"

#include <algorithm>

namespace pilotlight {

std::string_view beginning_of(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

std::string end_of(std::span<const OutputLine> output, std::size_t bytes_max) {
  std::size_t first = output.size();
  for (std::size_t bytes = 0; first > 0; --first) {
    bytes += std::min(output[first - 1].text.size() + 1, bytes_max);
    if (bytes > bytes_max) break;
  }
  std::string all;
  for (const OutputLine& line : output.subspan(first)) {
    if (!all.empty()) all += '\n';
    all += beginning_of(line.text, bytes_max - 1);
  }
  return all;
}

}  // namespace pilotlight

#pragma once

#include <deque>
#include <string>
#include <string_view>

namespace pilotlight::keeper {

/// Text fit for an answer: valid UTF-8 without control characters except newline and tab; whatever is not
/// becomes '?', terminal escape sequences vanish.
std::string printable(std::string_view bytes);

/// The end of a text that grows line by line: at most `lines_max` lines and `bytes_max` bytes.
class LastLines {
 public:
  static constexpr std::size_t lines_max = 20;
  static constexpr std::size_t bytes_max = 2048;

  void add(std::string_view line);
  /// Printable, lines joined by newlines; empty if there was none.
  std::string text() const;

 private:
  std::deque<std::string> lines_;
  std::size_t bytes_ = 0;
};

}  // namespace pilotlight::keeper

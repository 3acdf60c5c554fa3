#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "domain/workers/worker.hpp"

namespace pilotlight::worker_log {

/// Text fit for an answer: valid UTF-8 without control characters except newline and tab; whatever is not
/// becomes '?', terminal escape sequences vanish.
std::string printable(std::string_view bytes);

/// The end of a text that grows line by line: at most `lines_max` lines and `bytes_max` bytes.
class LastLines {
 public:
  static constexpr std::size_t lines_max = 200;
  static constexpr std::size_t bytes_max = 32 * 1024;  ///< packages that log every ping write 1 KiB each
  static constexpr std::size_t text_lines_max = 20;
  static constexpr std::size_t text_bytes_max = 2048;

  /// `at`: no earlier than that of the line before.
  void add(std::string_view line, Timestamp at);
  /// Printable.
  std::vector<OutputLine> lines() const;
  /// The last of them, joined by newlines; empty if there was none.
  std::string text() const;

 private:
  std::deque<OutputLine> lines_;
  std::size_t bytes_ = 0;
};

}  // namespace pilotlight::worker_log

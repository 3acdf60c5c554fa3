#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "worker_log/last_lines.hpp"
#include "worker_log/log_file.hpp"
#include "worker_log/redactor.hpp"

namespace pilotlight::worker_log {

/// What a worker prints, on its way to its log file and to the lines shown with its exit: secrets replaced,
/// split into lines, over-long lines cut, each line numbered and with the time at which it was read.
///
/// The numbers are in memory only; the log file has neither numbers nor times. One object reads all that the
/// worker writes, in the process that holds the worker's pipe: the numbers go on when a server is restarted
/// and when the log file is begun anew. When that process ends, its workers are killed, at the latest by the
/// next one, and their numbers end with them.
class WorkerOutput {
 public:
  static constexpr std::size_t line_max = 8 * 1024;

  WorkerOutput(std::string log_path, std::uint64_t log_size_max, std::vector<std::string> secrets);

  /// Bytes as they were read, cut anywhere, and when they were.
  void feed(std::string_view bytes, Timestamp at);
  /// The output has ended: a last line without a line end is taken as it is.
  void finish();
  /// A line of the keeper's own; goes to the file only, and has no number.
  void remark(std::string_view text);

  std::string last_lines() const { return last_.text(); }
  std::vector<OutputLine> lines() const { return last_.lines(); }
  /// As LastLines::after: what a reader that has seen the lines up to `number` has still to read.
  std::vector<Line> after(std::uint64_t number) const { return last_.after(number); }
  /// The number of the newest line; 0: the worker has written none.
  std::uint64_t newest() const { return last_.newest(); }
  std::string clean(std::string_view text) const { return printable(redactor_.clean(text)); }

 private:
  void take_lines();
  void extend_line(std::string_view more);
  void take_line(std::string_view end);

  Redactor redactor_;
  LogFile file_;
  LastLines last_;
  std::string line_;         ///< redacted bytes of the line that has not ended, at most `line_max`
  std::string clean_;        ///< redacted bytes of this piece
  std::string batch_;        ///< whole lines for one write
  Timestamp at_{};           ///< time of the newest piece
  std::size_t dropped_ = 0;  ///< bytes of the unfinished line beyond `line_max`
};

}  // namespace pilotlight::worker_log

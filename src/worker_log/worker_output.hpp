#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "worker_log/last_lines.hpp"
#include "worker_log/log_file.hpp"
#include "worker_log/redactor.hpp"

namespace pilotlight::worker_log {

/// What a worker prints, on its way to its log file and to the lines shown with its exit: secrets replaced,
/// split into lines, over-long lines cut. In the file each line has its number and the time at which it was
/// read, and the keeper's own lines stand among them.
///
/// A single object reads all that the worker writes, in the process that holds the worker's pipe: the numbers
/// go on when a server is restarted and when the log file is begun anew. When that process ends, its workers
/// are killed, at the latest by the next one, and their numbers end with them.
class WorkerOutput {
 public:
  static constexpr std::size_t line_max = 8 * 1024;

  WorkerOutput(std::string log_path, std::uint64_t log_size_max, std::vector<std::string> secrets,
               LogOwner owner);

  /// Bytes as they were read, cut anywhere, and when they were. The bytes that were written to the file for
  /// them: of short lines, many times as many.
  std::size_t feed(std::string_view bytes, Timestamp at);
  /// The output has ended: a last line without a line end is taken as it is.
  void finish();
  /// A line of the keeper's own, for the file only; a text with line ends becomes several.
  void remark(std::string_view text, Timestamp at);
  /// The last remark: the worker has ended, and its log is complete.
  void close(std::string_view text, Timestamp at);

  /// A random text that no worker gets to know. A line of the output that begins with it is the keeper's own,
  /// written by a process that was not yet the worker, and counts as a remark.
  const std::string& mark() const { return mark_; }

  std::string last_lines() const { return last_.text(); }
  std::vector<OutputLine> lines() const { return last_.lines(); }
  std::string clean(std::string_view text) const { return printable(redactor_.clean(text)); }

 private:
  void advance(Timestamp at);
  void take_lines();
  void extend_line(std::string_view more);
  void take_line(std::string_view end);
  void add_remark(std::string_view text);
  void add_row(Source source, std::string_view text);
  void write_batch();

  Redactor redactor_;
  LogFile file_;
  LastLines last_;
  const std::string mark_;
  const std::size_t batch_max_;  ///< bytes
  std::string line_;             ///< redacted bytes of the line that has not ended, at most `line_max`
  std::string clean_;            ///< redacted bytes of this piece
  std::string batch_;            ///< whole rows for one write
  std::uint64_t newest_ = 0;     ///< number of the newest line
  std::uint64_t batch_first_ = 0;
  std::size_t written_ = 0;  ///< bytes for this piece
  Timestamp at_{};           ///< time of the newest piece
  std::string time_ = to_iso8601({});
  std::size_t dropped_ = 0;  ///< bytes of the unfinished line beyond `line_max`
};

}  // namespace pilotlight::worker_log

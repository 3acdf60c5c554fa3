#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "worker_log/line.hpp"

// The form of a log file (docs/decisions/worker-logs.md): a head, then a row for each line, and the mark of
// the end. What a worker writes is never at the beginning of a row, so it can forge none of them.
namespace pilotlight::worker_log {

/// The first row of a file.
struct LogHead {
  LogOwner owner;
  std::uint64_t first = 1;  ///< the number of the first line in the file

  friend bool operator==(const LogHead&, const LogHead&) = default;
};

/// Most bytes of a head.
inline constexpr std::size_t head_max = 256;

/// With its line end.
std::string head_row(const LogHead& head);
/// `row`: without its line end.
std::optional<LogHead> parse_head(std::string_view row);

/// The row behind the last line of a worker that has ended.
inline constexpr std::string_view end_mark = "# End of the log";

/// Bytes of a row beside its text.
inline constexpr std::size_t row_overhead_max = 24 + 1 + 20 + 1 + 9 + 1 + 1;
/// Appends a line, with its line end. `time`: of to_iso8601.
void append_row(std::string& out, std::string_view time, std::uint64_t number, Source source,
                std::string_view text);

/// A line as it stands in a row.
struct Row {
  std::uint64_t number = 0;
  Timestamp at{};
  Source source = Source::container;
  std::string_view text;
};
/// `row`: without its line end. nullopt: no line stands there.
std::optional<Row> parse_row(std::string_view row);

}  // namespace pilotlight::worker_log

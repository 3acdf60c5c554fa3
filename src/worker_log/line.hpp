#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "domain/ids.hpp"

namespace pilotlight::worker_log {

/// The writer of a line: the worker, or the server.
enum class Source : std::uint8_t { container, system };

/// "container" or "system".
std::string_view name_of(Source source);
/// The source of this name.
std::optional<Source> source_named(std::string_view name);

/// A line of a worker's log.
struct Line {
  /// 1 for the first line; each next line has the next number, also if the line before is kept nowhere. A
  /// number never repeats in a worker's life.
  std::uint64_t number = 0;
  Timestamp at{};  ///< when the end of the line was read; not before that of the line with the number below
  Source source = Source::container;
  std::string text;  ///< printable, without secrets and line end

  friend bool operator==(const Line&, const Line&) = default;
};

/// The worker of a log, and its endpoint; empty: not known.
struct LogOwner {
  WorkerId worker;
  EndpointId endpoint;

  friend bool operator==(const LogOwner&, const LogOwner&) = default;
};

}  // namespace pilotlight::worker_log

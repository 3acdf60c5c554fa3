#pragma once

#include <cstdint>
#include <string>

#include "base/time.hpp"

namespace pilotlight::worker_log {

/// A line that a worker wrote, with its place among all that the worker wrote.
struct Line {
  /// 1 for the first line; each next line has the next number, also if the line before is kept nowhere. A
  /// number never repeats in a worker's life.
  std::uint64_t number = 0;
  Timestamp at{};    ///< when the end of the line was read; not before that of the line with the number below
  std::string text;  ///< printable, without secrets and line end

  friend bool operator==(const Line&, const Line&) = default;
};

}  // namespace pilotlight::worker_log

#pragma once

#include <cstdint>
#include <optional>

#include "base/time.hpp"
#include "domain/ids.hpp"

namespace pilotlight::store {

/// How many rows the tables have that a lost page would shorten without a word.
struct RowCounts {
  std::int64_t things = 0;  ///< without the marks
  std::int64_t live_jobs = 0;
  std::int64_t final_jobs = 0;
  std::int64_t body_files = 0;

  friend bool operator==(const RowCounts&, const RowCounts&) = default;
};

/// Written with every commit.
struct Marks {
  Timestamp newest{};             ///< the highest time ever given to `commit`
  RowNumber row_highest = 0;      ///< no job or payload has a higher number
  std::optional<RowCounts> rows;  ///< absent in what older versions wrote
};

}  // namespace pilotlight::store

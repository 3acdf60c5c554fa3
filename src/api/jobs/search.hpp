#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "net/message.hpp"
#include "ports/store.hpp"

namespace pilotlight::api {

/// [from, to) in milliseconds since 1970.
struct TimeRange {
  std::int64_t from = std::numeric_limits<std::int64_t>::min();
  std::int64_t to = std::numeric_limits<std::int64_t>::max();

  bool open() const { return *this == TimeRange{}; }
  bool holds(std::int64_t ms) const { return ms >= from && ms < to; }
  friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

/// Of JobSearch::states.
constexpr std::uint32_t bit(JobState state) {
  return 1U << static_cast<unsigned>(state);
}

/// Which jobs of an endpoint somebody asks for.
struct JobSearch {
  EndpointId endpoint;
  std::uint32_t states = 0;  ///< a bit for each JobState; 0: all
  TimeRange completed;       ///< open: also jobs that have not ended
  std::string id;            ///< how ids begin
  WorkerId worker;           ///< empty: any
  std::string error;      ///< within the error's text, whatever the case of its letters; empty: any or none
  std::size_t limit = 0;  ///< jobs on a page
  JobScan rows;           ///< creation time, beginning of the id and cursor, as rows
};

/// Takes the query apart; the refusal names the parameter and says what it may be.
Result<JobSearch> parse_job_search(const net::Request& request);

/// Whether the job is asked for, as far as its row says; what its error says is another matter.
bool matches(const JobSearch& search, const StoredJob& job);
/// Whether this text holds that one, whatever the case of ASCII letters.
bool contains_text(std::string_view text, std::string_view part);

/// A row as 16 hexadecimal digits, and back: cursors and the like.
std::string row_text(RowNumber row);
std::optional<RowNumber> parse_row(std::string_view text);

}  // namespace pilotlight::api

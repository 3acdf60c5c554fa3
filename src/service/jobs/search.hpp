#pragma once

#include <limits>
#include <string>

#include "ports/store.hpp"

namespace pilotlight::service {

/// [from, to) in milliseconds since 1970.
struct TimeRange {
  std::int64_t from = std::numeric_limits<std::int64_t>::min();
  std::int64_t to = std::numeric_limits<std::int64_t>::max();

  bool open() const { return *this == TimeRange{}; }
  bool holds(std::int64_t ms) const { return ms >= from && ms < to; }
  friend bool operator==(const TimeRange&, const TimeRange&) = default;
};

/// A state's bit in JobSearch::states.
constexpr std::uint32_t bit(JobState state) {
  return 1U << static_cast<unsigned>(state);
}

/// The jobs of an endpoint that somebody looks for.
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

/// Whether the job is looked for, as far as its row says; its error is not compared.
bool matches(const JobSearch& search, const StoredJob& job);
/// Whether this text holds that one, whatever the case of ASCII letters.
bool contains_text(std::string_view text, std::string_view part);

}  // namespace pilotlight::service

#include "api/jobs/search.hpp"

#include <algorithm>

#include "api/jobs/door.hpp"
#include "api/numbers.hpp"

namespace pilotlight::api {
namespace {

using service::TimeRange;

constexpr std::int64_t limit_default = 50, limit_most = 500;
constexpr JobState all_states[] = {JobState::in_queue, JobState::in_progress, JobState::completed,
                                   JobState::failed,   JobState::cancelled,   JobState::timed_out};

std::optional<std::uint32_t> parse_states(std::string_view text) {
  std::uint32_t states = 0;
  for (;;) {
    const std::string_view name = text.substr(0, text.find(','));
    const auto* state = std::find_if(std::begin(all_states), std::end(all_states),
                                     [&](JobState known) { return wire_name(known) == name; });
    if (state == std::end(all_states)) return std::nullopt;
    states |= bit(*state);
    if (name.size() == text.size()) return states;
    text.remove_prefix(name.size() + 1);
  }
}

/// The rows of jobs that were created then.
void narrow(JobScan& rows, const TimeRange& created) {
  const auto row_at = [](std::int64_t ms) {
    constexpr std::int64_t ms_end = 1LL << 48;  // a row has 48 bits of milliseconds
    return static_cast<RowNumber>(std::clamp<std::int64_t>(ms, 0, ms_end)) << row_sequence_bits;
  };
  rows.from = std::max(rows.from, row_at(created.from));
  rows.below = std::min(rows.below, row_at(created.to));
}

/// Whether ids may begin like that; if so, only the rows are left that such ids can have.
bool narrow(JobScan& rows, std::string_view id) {
  static constexpr std::string_view sync = "sync-", shape = "00000000-0000-0000-0000-000000000000-u1";
  if (sync.starts_with(id)) return true;
  if (id.starts_with(sync)) id.remove_prefix(sync.size());
  if (id.size() > shape.size()) return false;
  std::uint64_t ms = 0;
  unsigned digits = 0;
  constexpr unsigned digits_of_ms = 12;
  for (std::size_t i = 0; i < id.size(); ++i) {
    const bool digit = (id[i] >= '0' && id[i] <= '9') || (id[i] >= 'a' && id[i] <= 'f');
    if (shape[i] == '0' ? !digit : id[i] != shape[i]) return false;
    if (shape[i] == '0' && ++digits <= digits_of_ms)
      ms = ms << 4 | *whole<std::uint64_t>(id.substr(i, 1), 16);
  }
  const unsigned missing = digits < digits_of_ms ? 4 * (digits_of_ms - digits) : 0;
  rows.from = std::max(rows.from, ms << missing << row_sequence_bits);
  rows.below = std::min(rows.below, (ms + 1) << missing << row_sequence_bits);
  return true;
}

Error invalid(std::string_view name, std::string_view must) {
  return refusal(Errc::invalid, std::string(name) + " is invalid; must be " + std::string(must));
}

Result<TimeRange> parse_range(const net::Request& request, std::string_view from, std::string_view to) {
  TimeRange range;
  for (const auto& [name, end] : {std::pair(from, &range.from), std::pair(to, &range.to)}) {
    const auto text = request.parameter(name);
    if (!text) continue;
    const auto time = parse_time(*text);
    if (!time) return invalid(name, "milliseconds since 1970, or a time like 2026-01-31T12:00:00Z");
    *end = *time;
  }
  return range;
}

}  // namespace

Result<JobSearch> parse_job_search(const net::Request& request) {
  JobSearch search;
  search.endpoint = target_of(request).endpoint;
  search.limit = limit_default;
  if (const auto text = request.parameter("limit")) {
    const auto limit = number_in(*text, 1, limit_most);
    if (!limit) return invalid("limit", "between 1 and 500");
    search.limit = static_cast<std::size_t>(*limit);
  }
  if (const auto text = request.parameter("status")) {
    const auto states = parse_states(*text);
    if (!states)
      return invalid("status",
                     "one or more of IN_QUEUE, IN_PROGRESS, COMPLETED, FAILED, CANCELLED, TIMED_OUT, "
                     "separated by commas");
    search.states = *states;
  }
  const auto created = parse_range(request, "createdFrom", "createdTo");
  if (!created) return created.error();
  narrow(search.rows, *created);
  const auto completed = parse_range(request, "completedFrom", "completedTo");
  if (!completed) return completed.error();
  search.completed = *completed;
  search.id = request.parameter("id").value_or(std::string());
  if (!narrow(search.rows, search.id)) return invalid("id", "a job's id or its beginning");
  if (const auto text = request.parameter("workerId")) {
    const auto worker = WorkerId::parse(*text);
    if (!worker) return invalid("workerId", "a worker's id");
    search.worker = *worker;
  }
  search.error = request.parameter("error").value_or(std::string());
  if (const auto text = request.parameter("cursor")) {
    const auto row = parse_row(*text);
    if (!row) return invalid("cursor", "the value of next in an earlier answer");
    search.rows.below = std::min(search.rows.below, *row);
  }
  return search;
}

std::string row_text(RowNumber row) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(row));
  return text;
}

std::optional<RowNumber> parse_row(std::string_view text) {
  const auto row = whole<RowNumber>(text, 16);
  return row && *row >> 63 == 0 && row_text(*row) == text ? row : std::nullopt;
}

}  // namespace pilotlight::api

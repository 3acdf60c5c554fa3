#include "worker_log/line_format.hpp"

#include <charconv>
#include <chrono>

#include "base/assert.hpp"

namespace pilotlight::worker_log {
namespace {

constexpr std::string_view head_begin = "# Log of worker ";
constexpr std::string_view head_endpoint = " of endpoint ";
constexpr std::string_view head_first = ", from line ";
constexpr std::string_view head_end = ". Each row: TIME NUMBER SOURCE TEXT";

bool take(std::string_view& text, std::string_view beginning) {
  if (!text.starts_with(beginning)) return false;
  text.remove_prefix(beginning.size());
  return true;
}

template <class Number>
std::optional<Number> take_number(std::string_view& text) {
  Number number{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return number;
}

/// The characters of an id.
std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find_first_of(" ,"));
  text.remove_prefix(word.size());
  return word;
}

/// A number of exactly so many digits.
std::optional<int> digits(std::string_view text) {
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

/// Reads a time as to_iso8601 writes it, up to the year 9999.
std::optional<Timestamp> parse_time(std::string_view text) {
  using namespace std::chrono;
  constexpr std::string_view form = "0000-00-00T00:00:00.000Z";
  if (text.size() != form.size()) return std::nullopt;
  constexpr std::size_t between[] = {4, 7, 10, 13, 16, 19, 23};
  for (const std::size_t at : between)
    if (text[at] != form[at]) return std::nullopt;
  const auto part = [text](std::size_t at, std::size_t count) { return digits(text.substr(at, count)); };
  const auto year_part = part(0, 4), month_part = part(5, 2), day_part = part(8, 2), hour = part(11, 2),
             minute = part(14, 2), second = part(17, 2), ms = part(20, 3);
  if (!year_part || !month_part || !day_part || !hour || !minute || !second || !ms) return std::nullopt;
  const year_month_day date{year(*year_part), month(static_cast<unsigned>(*month_part)),
                            day(static_cast<unsigned>(*day_part))};
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const auto time = sys_days(date) + hours(*hour) + minutes(*minute) + seconds(*second) + milliseconds(*ms);
  return Timestamp{duration_cast<milliseconds>(time.time_since_epoch())};
}

}  // namespace

std::string_view name_of(Source source) {
  switch (source) {
    case Source::container: return "container";
    case Source::system: return "system";
  }
  UNREACHABLE();
}

std::optional<Source> source_named(std::string_view name) {
  for (const Source source : {Source::container, Source::system})
    if (name == name_of(source)) return source;
  return std::nullopt;
}

std::string head_row(const LogHead& head) {
  std::string row(head_begin);
  row += head.owner.worker.view();
  if (!head.owner.endpoint.empty()) row.append(head_endpoint).append(head.owner.endpoint.view());
  row.append(head_first).append(std::to_string(head.first)).append(head_end).push_back('\n');
  return row;
}

std::optional<LogHead> parse_head(std::string_view row) {
  if (!take(row, head_begin)) return std::nullopt;
  const auto worker = WorkerId::parse(take_word(row));
  std::optional<EndpointId> endpoint = EndpointId();
  if (take(row, head_endpoint)) endpoint = EndpointId::parse(take_word(row));
  if (!worker || !endpoint || !take(row, head_first)) return std::nullopt;
  const auto first = take_number<std::uint64_t>(row);
  if (!first || row != head_end) return std::nullopt;
  return LogHead{{*worker, *endpoint}, *first};
}

void append_row(std::string& out, std::string_view time, std::uint64_t number, Source source,
                std::string_view text) {
  out.append(time).push_back(' ');
  out.append(std::to_string(number)).push_back(' ');
  out.append(name_of(source)).push_back(' ');
  out.append(text).push_back('\n');
}

std::optional<Row> parse_row(std::string_view row) {
  const std::string_view time = row.substr(0, row.find(' '));
  const auto at = parse_time(time);
  row.remove_prefix(time.size());
  if (!at || !take(row, " ")) return std::nullopt;
  const auto number = take_number<std::uint64_t>(row);
  if (!number || !take(row, " ")) return std::nullopt;
  for (const Source source : {Source::container, Source::system}) {
    std::string_view rest = row;
    if (take(rest, name_of(source)) && take(rest, " ")) return Row{*number, *at, source, rest};
  }
  return std::nullopt;
}

}  // namespace pilotlight::worker_log

#include "api/date_time.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "api/numbers.hpp"

namespace pilotlight::api {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// A number of exactly so many digits, taken off the beginning; nullopt if another text is there.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  const std::string_view part = text.substr(0, digits);
  if (part.size() < digits || !std::all_of(part.begin(), part.end(), is_digit)) return std::nullopt;
  text.remove_prefix(digits);
  return whole<int>(part);
}

bool take_one_of(std::string_view& text, std::string_view characters) {
  if (text.empty() || characters.find(text.front()) == characters.npos) return false;
  text.remove_prefix(1);
  return true;
}

/// HOURS:MINUTES, taken off the beginning.
std::optional<std::chrono::minutes> take_clock(std::string_view& text) {
  const auto hours = take_number(text, 2);
  if (!hours || !take_one_of(text, ":")) return std::nullopt;
  const auto minutes = take_number(text, 2);
  if (!minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes);
}

/// The fraction of a second, taken off the beginning.
std::optional<std::chrono::milliseconds> take_fraction(std::string_view& text) {
  if (!take_one_of(text, ".")) return std::chrono::milliseconds(0);
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const std::string_view all = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  if (all.empty()) return std::nullopt;
  text.remove_prefix(all.size());
  std::string digits(all.substr(0, 3));
  digits.resize(3, '0');
  return std::chrono::milliseconds(whole<int>(digits).value_or(0));
}

/// How far the zone is ahead of UTC, taken off the beginning.
std::optional<std::chrono::minutes> take_zone(std::string_view& text) {
  if (take_one_of(text, "Zz")) return std::chrono::minutes(0);
  const bool behind = text.starts_with('-');
  if (!take_one_of(text, "+-")) return std::nullopt;
  const auto offset = take_clock(text);
  return offset && behind ? -*offset : offset;
}

}  // namespace

std::optional<std::int64_t> parse_date_time(std::string_view text) {
  const auto year = take_number(text, 4);
  if (!year || !take_one_of(text, "-")) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take_one_of(text, "-")) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day || !take_one_of(text, "Tt")) return std::nullopt;
  const auto clock = take_clock(text);
  if (!clock || !take_one_of(text, ":")) return std::nullopt;
  const auto second = take_number(text, 2);
  const auto fraction = take_fraction(text);
  const auto zone = take_zone(text);
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  // A leap second counts as the one behind it.
  if (!second || *second > 60 || !fraction || !zone || !text.empty() || !date.ok()) return std::nullopt;
  const auto time = std::chrono::sys_days(date) + *clock + std::chrono::seconds(*second) + *fraction - *zone;
  return time.time_since_epoch().count();
}

}  // namespace pilotlight::api

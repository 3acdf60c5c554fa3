#include "api/rest_v2/shapes.hpp"

#include <algorithm>
#include <chrono>

#include "api/numbers.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Takes the digits off the beginning; false if there are none.
bool take_digits(std::string_view& text) {
  const auto end = std::find_if_not(text.begin(), text.end(), is_digit);
  const bool any = end != text.begin();
  text.remove_prefix(static_cast<std::size_t>(end - text.begin()));
  return any;
}

bool is_cuda_version(std::string_view text) {
  if (!take_digits(text) || !text.starts_with('.')) return false;
  text.remove_prefix(1);
  return take_digits(text) && text.empty();
}

bool is_cuda_minimum(std::string_view text) {
  const std::string_view full = text;
  return (take_digits(text) && text.empty()) || is_cuda_version(full);
}

bool is_country_code(std::string_view text) {
  return text.size() == 2 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_cuda_version_or_empty(std::string_view text) {
  return text.empty() || is_cuda_version(text);
}

/// The bytes of the white space at the beginning, as ECMA-262 has \s; 0 if none is there.
std::size_t space_bytes(std::string_view text) {
  if (text.empty()) return 0;
  const char c = text.front();
  if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
  if (static_cast<unsigned char>(c) < 0x80) return 0;
  for (const std::string_view space :
       {"\u00a0", "\u1680", "\u2000", "\u2001", "\u2002", "\u2003", "\u2004", "\u2005", "\u2006", "\u2007",
        "\u2008", "\u2009", "\u200a", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\ufeff"})
    if (text.starts_with(space)) return space.size();
  return 0;
}

bool is_gpu_type(std::string_view text) {
  while (const std::size_t space = space_bytes(text)) text.remove_prefix(space);
  return !text.empty() && text.front() != '-';
}

/// Takes the characters before the next white space off the beginning; false if there are none.
bool take_word(std::string_view& text) {
  const std::size_t before = text.size();
  while (!text.empty() && space_bytes(text) == 0) text.remove_prefix(1);
  return text.size() < before;
}

bool is_ssh_key(std::string_view text) {
  std::size_t prefix = 0;
  for (const std::string_view kind : {"ssh-", "ecdsa-", "sk-"})
    if (text.starts_with(kind)) prefix = kind.size();
  if (prefix == 0) return false;
  text.remove_prefix(prefix);
  if (!take_word(text) || !text.starts_with(' ')) return false;
  text.remove_prefix(1);
  if (!take_word(text)) return false;
  const bool comment = text.starts_with(' ') || text.starts_with('\t');
  return text.empty() || (comment && text.find_first_of("\r\n") == text.npos);
}

bool is_date_time(std::string_view text) {
  return parse_date_time(text).has_value();
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
  std::string digits(text.substr(0, 3));
  if (!take_digits(text)) return std::nullopt;
  digits.erase(std::find_if_not(digits.begin(), digits.end(), is_digit), digits.end());
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

constexpr Shape cuda_version{"pattern", R"(^\d+\.\d+$)", is_cuda_version};
constexpr Shape cuda_version_or_empty{"pattern", R"(^$|^\d+\.\d+$)", is_cuda_version_or_empty};
constexpr Shape cuda_minimum{"pattern", R"(^\d+(\.\d+)?$)", is_cuda_minimum};
constexpr Shape country_code{"pattern", "^[A-Z]{2}$", is_country_code};
constexpr Shape gpu_type{"pattern", R"(^\s*[^-\s])", is_gpu_type};
constexpr Shape ssh_key{"pattern", R"(^(ssh|ecdsa|sk)-[^\s]+ [^\s]+([ \t][^\n\r]*)?$)", is_ssh_key};
constexpr Shape date_time{"format", "date-time", is_date_time};

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

}  // namespace pilotlight::api::rest_v2

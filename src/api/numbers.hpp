#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pilotlight::api {

/// The number that is all of the text; nullopt for anything else.
template <class Number>
std::optional<Number> whole(std::string_view text, int base = 10) {
  Number number{};
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (error != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

/// A whole number between the bounds; nullopt for anything else.
inline std::optional<std::int64_t> number_in(std::string_view text, std::int64_t least, std::int64_t most) {
  const auto number = whole<std::int64_t>(text);
  return number && *number >= least && *number <= most ? number : std::nullopt;
}

/// The whole number that a JSON number is, however it is written: 600000, 600000.0 and 6e5 are the same;
/// exact at any length. nullopt for a number with a fraction or beyond 64 bits, and for any other text.
std::optional<std::int64_t> json_whole(std::string_view raw);

/// Whether a JSON number has no fraction: exact at any length and however it is written.
bool is_json_whole(std::string_view raw);

/// A JSON number in a form that equal numbers share, however they are written.
std::string json_number_key(std::string_view raw);

/// Below 0, 0 or above 0 as the JSON number `a` is less than, equal to or greater than `b`; exact.
int compare_json_numbers(std::string_view a, std::string_view b);

inline constexpr std::int64_t year_10000_ms = 253'402'300'800'000;

/// A time before the year 10000 in milliseconds since 1970, written so, or like 2026-01-31T12:00:00Z, with or
/// without milliseconds; of a plain date, its beginning.
std::optional<std::int64_t> parse_time(std::string_view text);

}  // namespace pilotlight::api

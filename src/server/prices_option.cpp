#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/comma_list.hpp"
#include "server/options.hpp"

namespace pilotlight::server {
namespace {

using catalog::Money;

constexpr std::int64_t dollars_max = 1'000'000;
constexpr std::size_t whole_digits_max = 7, fraction_digits_max = 6;

/// The number that up to `most` digits are; nullopt: the text is something else.
std::optional<std::int64_t> digits(std::string_view text, std::size_t most) {
  if (text.empty() || text.size() > most || text.find_first_not_of("0123456789") != text.npos)
    return std::nullopt;
  std::int64_t number = 0;
  for (const char digit : text) number = number * 10 + (digit - '0');
  return number;
}

/// Dollars such as 3 or 0.00016.
std::optional<Money> parse_dollars(std::string_view text) {
  const std::size_t point = text.find('.');
  const auto whole = digits(text.substr(0, point), whole_digits_max);
  std::string places(point == text.npos ? "0" : text.substr(point + 1));
  if (!whole || !digits(places, fraction_digits_max)) return std::nullopt;
  places.resize(fraction_digits_max, '0');
  const Money money{*whole * Money::millionths_per_dollar + *digits(places, fraction_digits_max)};
  if (money.millionths > dollars_max * Money::millionths_per_dollar) return std::nullopt;
  return money;
}

/// Sets the price of an entry ID=DOLLARS; the refusal says what is wrong with it.
Result<void> set_one(catalog::Prices& prices, std::string_view entry) {
  const std::size_t sign = entry.find('=');
  const auto price =
      sign == entry.npos ? std::optional<Money>() : parse_dollars(trimmed(entry.substr(sign + 1)));
  if (!price)
    return refusal(Errc::invalid,
                   fmt::format("option \"prices\": \"{}\" is not ID=DOLLARS such as NVIDIA H200=3.99, with "
                               "dollars from 0 to {} and at most {} digits after the point",
                               entry, dollars_max, fraction_digits_max));
  const std::string_view id = trimmed(entry.substr(0, sign));
  if (prices.has(id))
    return refusal(Errc::invalid, fmt::format("option \"prices\": \"{}\" is named twice", id));
  if (!prices.set(id, *price))
    return refusal(Errc::invalid,
                   fmt::format("option \"prices\": the catalog has no GPU type, pool or CPU flavor "
                               "\"{}\"; it has ids such as NVIDIA H200, HOPPER_141 and cpu3c",
                               id));
  return {};
}

}  // namespace

Result<catalog::Prices> parse_prices(std::string_view text) {
  catalog::Prices prices;
  std::vector<std::string_view> entries = comma_parts(text);
  // A comma may end the list.
  if (!entries.empty() && trimmed(entries.back()).empty()) entries.pop_back();
  for (const std::string_view entry : entries)
    if (auto done = set_one(prices, trimmed(entry)); !done) return done.error();
  return prices;
}

}  // namespace pilotlight::server

#include "api/numbers.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>

namespace pilotlight::api {
namespace {

std::optional<std::int64_t> parse_iso8601(std::string text) {
  if (text.size() == 10) text += "T00:00:00Z";
  if (text.size() == 20 && text.back() == 'Z') text.insert(19, ".000");
  static constexpr std::string_view shape = "0000-00-00T00:00:00.000Z";
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (shape[i] == '0' ? !digit : text[i] != shape[i]) return std::nullopt;
  }
  const auto part = [&text](std::size_t at, std::size_t size) {
    return whole<int>(std::string_view(text).substr(at, size)).value_or(0);
  };
  using namespace std::chrono;
  const year_month_day date{year(part(0, 4)), month(static_cast<unsigned>(part(5, 2))),
                            day(static_cast<unsigned>(part(8, 2)))};
  if (!date.ok() || part(11, 2) > 23 || part(14, 2) > 59 || part(17, 2) > 59) return std::nullopt;
  const auto time = sys_days(date) + hours(part(11, 2)) + minutes(part(14, 2)) + seconds(part(17, 2)) +
                    milliseconds(part(20, 3));
  return time.time_since_epoch().count();
}

/// The absolute value digits * 10^exponent, without zeros at either end of the digits; 0 has none.
struct Decimal {
  std::string digits;
  std::int64_t exponent = 0;
};

/// The exponent that is written behind a number's digits, 0 if none is; nullopt beyond 32 bits.
std::optional<std::int32_t> written_exponent(std::string_view behind_digits) {
  if (behind_digits.empty()) return 0;
  behind_digits.remove_prefix(behind_digits.starts_with("e+") || behind_digits.starts_with("E+") ? 2 : 1);
  return whole<std::int32_t>(behind_digits);
}

/// nullopt for what is no JSON number.
std::optional<Decimal> decimal(std::string_view raw) {
  if (raw.starts_with('-')) raw.remove_prefix(1);
  const std::size_t end = std::min(raw.find_first_of("eE"), raw.size());
  const auto written = written_exponent(raw.substr(end));
  if (!written) return std::nullopt;
  Decimal number{std::string(raw.substr(0, end)), *written};
  std::string& digits = number.digits;
  if (const std::size_t point = digits.find('.'); point != digits.npos) {
    digits.erase(point, 1);
    number.exponent -= static_cast<std::int64_t>(digits.size() - point);
  }
  if (digits.empty() || digits.find_first_not_of("0123456789") != digits.npos) return std::nullopt;
  const std::size_t kept = digits.find_last_not_of('0') + 1;
  number.exponent += static_cast<std::int64_t>(digits.size() - kept);
  digits.resize(kept);
  digits.erase(0, digits.find_first_not_of('0'));
  return number;
}

/// Below 0, 0 or above 0 as the absolute value `a` compares with `b`.
int compare_sizes(const Decimal& a, const Decimal& b) {
  if (a.digits.empty() || b.digits.empty())
    return static_cast<int>(!a.digits.empty()) - static_cast<int>(!b.digits.empty());
  const auto magnitude = [](const Decimal& number) {
    return static_cast<std::int64_t>(number.digits.size()) + number.exponent;
  };
  if (magnitude(a) != magnitude(b)) return magnitude(a) < magnitude(b) ? -1 : 1;
  return a.digits.compare(b.digits);
}

}  // namespace

bool is_json_whole(std::string_view raw) {
  const auto number = decimal(raw);
  return number && (number->digits.empty() || number->exponent >= 0);
}

std::string json_number_key(std::string_view raw) {
  const auto number = decimal(raw);
  if (!number || number->digits.empty()) return "0";
  return (raw.starts_with('-') ? "-" : "") + number->digits + "e" + std::to_string(number->exponent);
}

int compare_json_numbers(std::string_view a, std::string_view b) {
  const Decimal one = decimal(a).value_or(Decimal()), other = decimal(b).value_or(Decimal());
  const bool one_below = a.starts_with('-') && !one.digits.empty();
  const bool other_below = b.starts_with('-') && !other.digits.empty();
  if (one_below != other_below) return one_below ? -1 : 1;
  return one_below ? compare_sizes(other, one) : compare_sizes(one, other);
}

std::optional<std::int64_t> json_whole(std::string_view raw) {
  if (const auto plain = whole<std::int64_t>(raw)) return plain;
  auto number = decimal(raw);
  constexpr std::int64_t digits_max = std::numeric_limits<std::int64_t>::digits10 + 1;
  if (!number) return std::nullopt;
  if (number->digits.empty()) return 0;
  const auto size = static_cast<std::int64_t>(number->digits.size());
  if (number->exponent < 0 || size + number->exponent > digits_max) return std::nullopt;
  number->digits.append(static_cast<std::size_t>(number->exponent), '0');
  return whole<std::int64_t>((raw.starts_with('-') ? "-" : "") + number->digits);
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  if (const auto ms = whole<std::int64_t>(text)) return *ms >= 0 && *ms < year_10000_ms ? ms : std::nullopt;
  return parse_iso8601(std::string(text));
}

}  // namespace pilotlight::api

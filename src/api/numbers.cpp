#include "api/numbers.hpp"

#include <chrono>
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

}  // namespace

std::optional<std::int64_t> parse_time(std::string_view text) {
  if (const auto ms = whole<std::int64_t>(text)) return *ms >= 0 && *ms < year_10000_ms ? ms : std::nullopt;
  return parse_iso8601(std::string(text));
}

}  // namespace pilotlight::api

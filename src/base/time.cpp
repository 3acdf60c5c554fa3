#include "base/time.hpp"

#include <cstdio>

namespace pilotlight {

std::string to_iso8601(Timestamp time) {
  using namespace std::chrono;
  const sys_time<milliseconds> wall{time.time_since_epoch()};
  const auto day = floor<days>(wall);
  const year_month_day date{day};
  const hh_mm_ss<milliseconds> clock{wall - day};
  char text[40];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return text;
}

}  // namespace pilotlight

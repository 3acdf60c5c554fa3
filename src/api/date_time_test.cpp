#include "api/date_time.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

TEST(DateTime, is_read_with_its_zone) {
  EXPECT_EQ(parse_date_time("1970-01-01T00:00:01Z"), 1'000);
  EXPECT_EQ(parse_date_time("1970-01-01t02:00:00.5+02:00"), 500);
  EXPECT_EQ(parse_date_time("1969-12-31T23:30:00.123456789-00:30"), 123);
  EXPECT_EQ(parse_date_time("2016-12-31T23:59:60Z"), parse_date_time("2017-01-01T00:00:00Z"));
  for (const char* text :
       {"", "2026-01-01", "2026-01-01T00:00:00", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:61Z", "2026-01-01T00:00:00.Z", "2026-01-01 00:00:00Z",
        "2026-01-01T00:00:00+2:00", "1767225600000", "2026-01-01T00:00:00Z ", "+2026-01-01T00:00:00Z"})
    EXPECT_EQ(parse_date_time(text), std::nullopt) << text;
}

}  // namespace
}  // namespace pilotlight::api

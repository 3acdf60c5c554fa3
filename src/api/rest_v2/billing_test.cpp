#include "api/rest_v2/billing.hpp"

#include <gtest/gtest.h>

#include "api/date_time.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

std::string range_of(std::initializer_list<std::pair<std::string_view, std::string_view>> parameters) {
  JsonDocument query;
  for (const auto& [name, text] : parameters) {
    query.add_name(name);
    query.add(name == "lastN" ? JsonKind::number : JsonKind::text, text);
  }
  query.close();
  const auto range = billing_range(query.root(), parse_date_time("2026-11-30T16:20:00.5Z").value());
  if (!range) return range.error().message;
  return to_iso8601(timestamp_from_ms(range->start)).substr(0, 16) + " " +
         to_iso8601(timestamp_from_ms(range->end)).substr(0, 16);
}

TEST(BillingRange, is_thirty_days_by_default) {
  EXPECT_EQ(range_of({}), "2026-10-31T00:00 2026-12-01T00:00");
  EXPECT_EQ(range_of({{"bucketSize", "hour"}}), "2026-10-31T16:00 2026-11-30T17:00");
}

TEST(BillingRange, lies_on_borders_of_buckets) {
  const std::pair<std::string_view, std::string_view> start{"startTime", "2026-02-11T11:11:11+02:00"},
      end{"endTime", "2026-03-04T00:00:00Z"};
  EXPECT_EQ(range_of({start, end}), "2026-02-11T00:00 2026-03-04T00:00");
  EXPECT_EQ(range_of({start, end, {"bucketSize", "hour"}}), "2026-02-11T09:00 2026-03-04T00:00");
  EXPECT_EQ(range_of({start, end, {"bucketSize", "week"}}), "2026-02-09T00:00 2026-03-09T00:00");
  EXPECT_EQ(range_of({start, end, {"bucketSize", "month"}}), "2026-02-01T00:00 2026-04-01T00:00");
  EXPECT_EQ(range_of({start, end, {"bucketSize", "year"}}), "2026-01-01T00:00 2027-01-01T00:00");
}

TEST(BillingRange, is_the_last_buckets_if_they_are_counted) {
  EXPECT_EQ(range_of({{"lastN", "2"}}), "2026-11-29T00:00 2026-12-01T00:00");
  EXPECT_EQ(range_of({{"lastN", "13"}, {"bucketSize", "month"}}), "2025-11-01T00:00 2026-12-01T00:00");
  for (const char* bucket : {"hour", "day", "week", "month", "year"})
    EXPECT_TRUE(range_of({{"lastN", "1e30"}, {"bucketSize", bucket}}).starts_with("1970-01-01T00:00 20"))
        << bucket;
}

TEST(BillingRange, refuses_what_does_not_go_together) {
  EXPECT_EQ(range_of({{"lastN", "1"}, {"endTime", "2026-01-01T00:00:00Z"}}),
            "lastN does not go together with startTime or endTime");
  EXPECT_EQ(range_of({{"startTime", "2026-12-02T00:00:00Z"}}), "startTime is not before endTime");
  EXPECT_EQ(range_of({{"startTime", "0001-01-01T00:00:00Z"},
                      {"endTime", "9999-12-31T23:59:59Z"},
                      {"bucketSize", "year"}}),
            "0001-01-01T00:00 10000-01-01T00:0");
}

}  // namespace
}  // namespace pilotlight::api::rest_v2

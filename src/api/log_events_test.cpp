#include "api/log_events.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

TEST(LogEvents, know_the_number_in_an_events_id) {
  EXPECT_EQ(log_event_number("2026-06-01T12:05:04Z/000000000042"), 42U);
  EXPECT_EQ(log_event_number("2026-06-01T12:05:04.123Z/0"), 0U);
  EXPECT_EQ(log_event_number("2026-06-01T12:05:04.123Z/18446744073709551615"),
            std::numeric_limits<std::uint64_t>::max());
  for (const char* id :
       {"", "/", "/1", "42", "2026-06-01T12:05:04Z", "2026-06-01T12:05:04Z/", "2026-06-01T12:05:04Z/x",
        "2026-06-01T12:05:04Z/-1", "2026-06-01T12:05:04Z/1 ", "2026-06-01T12:05:04Z/1/2",
        "2026-06-01T12:05:04Z/18446744073709551616", "yesterday/1"})
    EXPECT_FALSE(log_event_number(id)) << id;
}

}  // namespace
}  // namespace pilotlight::api

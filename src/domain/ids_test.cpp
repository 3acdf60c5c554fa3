#include "domain/ids.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace pilotlight {
namespace {

TEST(JobId, carries_its_row_and_kind_through_text) {
  Random random(7);
  for (int i = 0; i < 10000; ++i) {
    const RowNumber row = 1 + (random.next() >> 1) % ((1ULL << 63) - 2);
    const bool sync = random.chance(50);
    const JobId id = JobId::make(row, sync, random.next());
    EXPECT_EQ(id.row(), row);
    EXPECT_EQ(id.sync(), sync);
    ASSERT_EQ(JobId::parse(id.text()), id) << id.text();
  }
}

TEST(JobId, text_has_the_public_form) {
  const JobId id = JobId::make((1732400000000ULL << row_sequence_bits) | 5, true, 1);
  EXPECT_EQ(id.text(), "sync-01935b16-2c00-7000-ac00-000000000001-u1");
}

TEST(JobId, orders_by_row) {
  EXPECT_LT(JobId::make(1000, true, ~0ULL), JobId::make(1001, false, 0));
}

TEST(JobId, refuses_everything_else) {
  const std::string good = JobId::make(123456789, false, 42).text();
  for (const std::string& bad : {std::string(), good + "x", "sync-" + good, good.substr(1),
                                 std::string("nonsense"), good.substr(0, 36), std::string(39, 'z')})
    EXPECT_FALSE(JobId::parse(bad)) << bad;
}

TEST(JobId, rows_end_below_the_largest_signed_number) {
  const JobId last = JobId::make((1ULL << 63) - 2, false, 0);
  EXPECT_EQ(last.text(), "ffffffff-ffff-7fff-b000-000000000000-u1");
  EXPECT_EQ(JobId::parse(last.text()), last);
  EXPECT_FALSE(JobId::parse("ffffffff-ffff-7fff-b800-000000000000-u1"));
}

}  // namespace
}  // namespace pilotlight

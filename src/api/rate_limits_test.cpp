#include "api/rate_limits.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

using std::chrono::milliseconds;
using Verdict = RateCounter::Verdict;

const RateLimit ten_a_second{"run", 10, milliseconds{1'000}, 0};

/// So long after an arbitrary beginning.
RateCounter::Time at(std::int64_t ms) {
  return RateCounter::Time{} + std::chrono::hours(100) + milliseconds{ms};
}

/// How many calls in a row are admitted at this time.
int admitted(RateCounter& counter, std::int64_t ms, const std::string& name = "a") {
  int count = 0;
  while (count < 1'000 && counter.begin(name, ten_a_second, at(ms)).verdict == Verdict::admitted) {
    counter.end(name);
    ++count;
  }
  return count;
}

TEST(RateCounter, admits_as_many_as_it_says_and_then_one_by_one) {
  RateCounter counter;
  EXPECT_EQ(admitted(counter, 0), 10);
  EXPECT_EQ(admitted(counter, 99), 0);
  EXPECT_EQ(admitted(counter, 100), 1);
  EXPECT_EQ(admitted(counter, 450), 3);
  EXPECT_EQ(admitted(counter, 50'000), 10) << "what was not used does not add up";
}

TEST(RateCounter, says_how_long_to_wait) {
  RateCounter counter;
  admitted(counter, 0);
  const auto refused = counter.begin("a", ten_a_second, at(30));
  EXPECT_EQ(refused.verdict, Verdict::too_often);
  EXPECT_EQ(refused.wait, milliseconds{70});
  EXPECT_EQ(counter.begin("a", ten_a_second, at(30) + refused.wait).verdict, Verdict::admitted);
}

TEST(RateCounter, tells_what_is_left_without_a_call) {
  RateCounter counter;
  EXPECT_EQ(counter.standing("a", ten_a_second, at(0)).left, 10U);
  for (int call = 0; call < 3; ++call) counter.begin("a", ten_a_second, at(0));
  for (int look = 0; look < 2; ++look) {
    EXPECT_EQ(counter.standing("a", ten_a_second, at(0)).left, 7U);
    EXPECT_EQ(counter.standing("a", ten_a_second, at(0)).whole, milliseconds{300});
  }
  EXPECT_EQ(counter.standing("a", ten_a_second, at(150)).left, 8U);
  EXPECT_EQ(counter.standing("b", ten_a_second, at(0)).left, 10U);
  admitted(counter, 0);
  EXPECT_EQ(counter.standing("a", ten_a_second, at(0)).left, 0U);
  EXPECT_EQ(counter.standing("a", ten_a_second, at(5'000)).whole, milliseconds{0});
}

TEST(RateCounter, counts_each_name_on_its_own) {
  RateCounter counter;
  EXPECT_EQ(admitted(counter, 0, "a"), 10);
  EXPECT_EQ(admitted(counter, 0, "b"), 10);
}

TEST(RateCounter, bounds_the_calls_under_way) {
  RateCounter counter;
  const RateLimit two_at_a_time{"run", 1'000, milliseconds{1'000}, 2};
  EXPECT_EQ(counter.begin("a", two_at_a_time, at(0)).verdict, Verdict::admitted);
  EXPECT_EQ(counter.begin("a", two_at_a_time, at(0)).verdict, Verdict::admitted);
  EXPECT_EQ(counter.begin("a", two_at_a_time, at(0)).verdict, Verdict::too_many);
  EXPECT_EQ(counter.begin("b", two_at_a_time, at(0)).verdict, Verdict::admitted);
  counter.end("a");
  EXPECT_EQ(counter.begin("a", two_at_a_time, at(0)).verdict, Verdict::admitted);
}

TEST(RateCounter, forgets_names_that_are_idle) {
  RateCounter counter;
  for (int i = 0; i < 50'000; ++i) {
    const std::string name = std::to_string(i);
    counter.begin(name, ten_a_second, at(i * 10));
    counter.end(name);
  }
  EXPECT_LE(counter.size(), 1'100U);
}

}  // namespace
}  // namespace pilotlight::api

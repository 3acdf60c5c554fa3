#include "keeper/wire/plane_time.hpp"

#include <gtest/gtest.h>

namespace pilotlight::keeper {
namespace {

TEST(PlaneTime, starts_at_its_base_and_goes_with_the_monotonic_clock) {
  PlaneTime time({1000, monotonic_ns() - 5'000'000'000});
  const std::int64_t now = to_ms(time.now());
  EXPECT_GE(now, 6000);
  EXPECT_LT(now, 60'000);
}

TEST(PlaneTime, is_raised_but_never_lowered) {
  PlaneTime time(time_base_now());
  const Timestamp before = time.now();
  time.raise(before - milliseconds{1000});
  EXPECT_GE(time.now(), before);
  EXPECT_LT(time.now(), before + milliseconds{60'000});
  time.raise(before + milliseconds{3'600'000});
  EXPECT_GE(time.now(), before + milliseconds{3'600'000});
}

TEST(PlaneTime, goes_on_from_a_raised_base) {
  PlaneTime first(time_base_now());
  first.raise(first.now() + milliseconds{3'600'000});
  PlaneTime second(first.base());
  EXPECT_GE(second.now(), first.now() - milliseconds{1});
}

}  // namespace
}  // namespace pilotlight::keeper

#include "core/deadlines.hpp"

#include <gtest/gtest.h>

#include <array>
#include <map>

#include "base/random.hpp"

namespace pilotlight::core {
namespace {

Timestamp at(std::int64_t ms) {
  return timestamp_from_ms(ms);
}

/// Against the simplest thing that does the same.
TEST(Deadlines, behave_like_a_sorted_list) {
  Random random(7);
  std::vector<std::unique_ptr<Deadline>> all;
  for (int i = 0; i < 300; ++i) all.push_back(std::make_unique<Deadline>(DueKind::job));
  Deadlines heap;
  std::map<const Deadline*, Timestamp> expected;
  const auto least = [&expected] {
    Timestamp first = timestamp_never;
    for (const auto& [what, when] : expected) first = std::min(first, when);
    return first;
  };
  for (int step = 0; step < 20'000; ++step) {
    Deadline& one = *all[random.below(all.size())];
    const Timestamp when = at(random.between(1, 1'000));
    switch (random.below(4)) {
      case 0: heap.set(one, when), expected[&one] = when; break;
      case 1:
        heap.no_later_than(one, when);
        expected[&one] = expected.contains(&one) ? std::min(expected[&one], when) : when;
        break;
      case 2: heap.clear(one), expected.erase(&one); break;
      case 3: {
        const Timestamp first = least();
        Deadline* popped = heap.pop_due(when);
        ASSERT_EQ(popped != nullptr, first <= when);
        if (popped != nullptr) {
          ASSERT_EQ(expected.at(popped), first);
        }
        expected.erase(popped);
        break;
      }
    }
    ASSERT_EQ(heap.next(), least());
  }
}

TEST(Deadlines, a_time_that_never_comes_disarms) {
  Deadlines heap;
  Deadline one(DueKind::job);
  heap.set(one, at(5));
  heap.set(one, timestamp_never);
  EXPECT_FALSE(one.armed());
  EXPECT_EQ(heap.pop_due(timestamp_never), nullptr);
}

TEST(Deadlines, later_saturates_and_never_goes_back) {
  EXPECT_EQ(later(at(5), milliseconds{7}), at(12));
  EXPECT_EQ(later(at(5), milliseconds{-7}), at(5));
  EXPECT_EQ(later(at(5), milliseconds::max()), timestamp_never);
  EXPECT_EQ(later(timestamp_never, milliseconds{1}), timestamp_never);
}

}  // namespace
}  // namespace pilotlight::core

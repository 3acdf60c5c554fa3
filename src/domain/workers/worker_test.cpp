#include "domain/workers/worker.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace pilotlight {
namespace {

TEST(EndOf, keeps_whole_lines_within_the_bound) {
  const std::vector<OutputLine> lines{{{}, "first"}, {{}, "second"}, {{}, "third"}};
  EXPECT_EQ(end_of(lines, 100), "first\nsecond\nthird");
  EXPECT_EQ(end_of(lines, 13), "second\nthird");
  EXPECT_EQ(end_of(lines, 12), "third");
  EXPECT_EQ(end_of({}, 12), "");
}

TEST(EndOf, cuts_a_long_line_without_splitting_a_character) {
  EXPECT_EQ(end_of(std::vector<OutputLine>{{{}, "first"}, {{}, "ab\u00e9cd"}}, 4), "ab");
  EXPECT_EQ(end_of(std::vector<OutputLine>{{{}, "ab\u00e9cd"}}, 5), "ab\u00e9");
}

}  // namespace
}  // namespace pilotlight

#include "base/repeated_lines.hpp"

#include <gtest/gtest.h>

namespace pilotlight::log {
namespace {

using namespace std::chrono_literals;
using Counts = std::vector<std::pair<std::string_view, std::uint64_t>>;

const RepeatedLines::Time start{1h};

TEST(RepeatedLines, ten_of_a_second_are_written_and_the_rest_counted) {
  RepeatedLines lines;
  int written = 0;
  for (int i = 0; i < 100; ++i) written += lines.admit("flood n={}", start + i * 1ms);
  EXPECT_EQ(written, 10);
  EXPECT_TRUE(lines.admit("other", start + 100ms));
  EXPECT_EQ(lines.take_counts(start + 999ms), Counts());
  EXPECT_EQ(lines.take_counts(start + 1s), (Counts{{"flood n={}", 90}}));
  EXPECT_EQ(lines.take_counts(start + 2s), Counts());
}

TEST(RepeatedLines, the_next_second_writes_ten_more_and_loses_no_count) {
  RepeatedLines lines;
  for (int i = 0; i < 15; ++i) lines.admit("flood", start);
  int written = 0;
  for (int i = 0; i < 15; ++i) written += lines.admit("flood", start + 5s);
  EXPECT_EQ(written, 10);
  EXPECT_EQ(lines.take_counts(start + 6s), (Counts{{"flood", 10}}));
}

TEST(RepeatedLines, lines_that_are_rare_are_all_written) {
  RepeatedLines lines;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(lines.admit("rare", start + i * 101ms)) << i;
  EXPECT_EQ(lines.take_counts(start + 1h), Counts());
}

}  // namespace
}  // namespace pilotlight::log

#include "service/jobs/search.hpp"

#include <gtest/gtest.h>

namespace pilotlight::service {
namespace {

TEST(ContainsText, whatever_the_case) {
  EXPECT_TRUE(contains_text("CUDA out of Memory", "OUT OF mem"));
  EXPECT_TRUE(contains_text("x", ""));
  EXPECT_TRUE(contains_text("größe", "ö"));
  EXPECT_FALSE(contains_text("short", "shorter"));
  EXPECT_FALSE(contains_text("", "x"));
}

}  // namespace
}  // namespace pilotlight::service

#include "engine/work_pool.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>

namespace pilotlight::engine {
namespace {

TEST(WorkPool, runs_its_work_at_its_niceness) {
  const int ours = getpriority(PRIO_PROCESS, 0);
  std::atomic<int> seen{-100};
  WorkPool pool(1, ours + 5);
  pool.post([&seen] { seen = getpriority(PRIO_PROCESS, 0); });
  pool.stop();
  EXPECT_EQ(seen, ours + 5);
  EXPECT_EQ(getpriority(PRIO_PROCESS, 0), ours);
}

TEST(WorkPool, ends_after_all_that_was_posted) {
  std::atomic<int> done{0};
  WorkPool pool(2);
  for (int i = 0; i < 100; ++i) pool.post([&done] { ++done; });
  pool.stop();
  EXPECT_EQ(done, 100);
}

}  // namespace
}  // namespace pilotlight::engine

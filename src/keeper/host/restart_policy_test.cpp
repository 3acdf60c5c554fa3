#include "keeper/host/restart_policy.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace pilotlight::keeper {
namespace {

constexpr ServerLife crash_at_start{false, false, milliseconds{0}};

TEST(RestartPolicy, doubles_from_a_tenth_of_a_second_to_five) {
  RestartPolicy policy;
  std::vector<int> delays;
  for (int i = 0; i < 10; ++i) delays.push_back(static_cast<int>(policy.next_delay(crash_at_start).count()));
  EXPECT_EQ(delays, (std::vector<int>{0, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000}));
}

TEST(RestartPolicy, a_killed_server_that_was_ready_is_back_at_once_however_often) {
  RestartPolicy policy;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(policy.next_delay({true, true, milliseconds{1}}).count(), 0);
}

TEST(RestartPolicy, a_kill_of_a_ready_server_forgets_kills_of_unready_ones) {
  RestartPolicy policy;
  for (int i = 0; i < 5; ++i) (void)policy.next_delay({false, true, {}});
  (void)policy.next_delay({true, true, {}});
  EXPECT_EQ(policy.next_delay({false, true, {}}).count(), 0);
}

TEST(RestartPolicy, a_long_life_forgets_earlier_failures) {
  RestartPolicy policy;
  for (int i = 0; i < 5; ++i) (void)policy.next_delay(crash_at_start);
  EXPECT_EQ(policy.next_delay({true, false, RestartPolicy::long_life}).count(), 0);
  EXPECT_EQ(policy.next_delay(crash_at_start).count(), 100);
}

}  // namespace
}  // namespace pilotlight::keeper

#include "core/want.hpp"

#include <gtest/gtest.h>

namespace pilotlight::core {
namespace {

constexpr Timestamp now_is{milliseconds{100'000}};

/// An endpoint that wants three workers and has none.
struct Wanting : LiveEndpoint {
  Wanting() {
    Endpoint value;
    value.workers_min = value.workers_max = 3;
    endpoint = std::make_shared<const Endpoint>(value);
  }
};

TEST(Want, an_endpoint_wants_all_workers_of_its_plan) {
  const Wanting endpoint;
  EXPECT_EQ(want_of(endpoint, now_is).start, 3);
  EXPECT_FALSE(want_of(endpoint, now_is).held_back);
}

TEST(Want, after_a_failure_one_worker_is_wanted_at_a_time) {
  Wanting endpoint;
  endpoint.failures.in_a_row = 1;
  EXPECT_EQ(want_of(endpoint, now_is).start, 1);
  endpoint.workers_in[static_cast<std::size_t>(WorkerOrigin::runtime)]
                     [static_cast<std::size_t>(WorkerState::starting)] = 1;
  EXPECT_EQ(want_of(endpoint, now_is).start, 0);
  EXPECT_TRUE(want_of(endpoint, now_is).held_back);
}

TEST(Want, none_is_wanted_before_the_pause_is_over) {
  Wanting endpoint;
  endpoint.not_before = now_is + milliseconds{1};
  EXPECT_TRUE(want_of(endpoint, now_is).held_back);
  EXPECT_EQ(want_of(endpoint, now_is + milliseconds{1}).start, 3);
}

}  // namespace
}  // namespace pilotlight::core

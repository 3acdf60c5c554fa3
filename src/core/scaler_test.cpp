#include "core/scaler.hpp"

#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

constexpr Timestamp start = timestamp_from_ms(1'000'000);

/// Every small combination of settings, demand and workers.
template <class Each>
void exhaust(Each&& each) {
  for (const auto type : {ScalerType::queue_delay, ScalerType::request_count})
    for (std::int64_t max = 0; max <= 3; ++max)
      for (std::int64_t min = 0; min <= max; ++min)
        for (std::int64_t queued = 0; queued <= 4; ++queued)
          for (std::int64_t running = 0; running <= 3; ++running)
            for (std::int64_t live = 0; live <= 4; ++live)
              for (std::int64_t able = 0; able <= live; ++able)
                for (const milliseconds waited : {milliseconds{0}, milliseconds{4'000}})
                  each(ScalerSettings{type, type == ScalerType::queue_delay ? 4'000 : 2'000, min, max},
                       Demand{queued, running, start}, Capacity{able, live}, start + waited);
}

TEST(Scaler, never_plans_more_than_the_maximum_and_always_the_minimum) {
  exhaust([](const ScalerSettings& s, const Demand& d, const Capacity& c, Timestamp now) {
    const ScalerPlan plan = plan_workers(s, d, c, start, now);
    ASSERT_GE(plan.start, 0);
    ASSERT_LE(plan.start, std::max<std::int64_t>(s.workers_max - c.live, 0));
    ASSERT_GE(plan.start, std::min(s.workers_min - c.able, s.workers_max - c.live));
    ASSERT_GE(plan.keep, s.workers_min);
    ASSERT_LE(plan.keep, s.workers_max);
  });
}

TEST(Scaler, a_queue_without_workers_always_gets_one_if_there_is_room) {
  exhaust([](const ScalerSettings& s, const Demand& d, const Capacity& c, Timestamp now) {
    if (d.queued == 0 || c.able > 0 || c.live >= s.workers_max) return;
    ASSERT_GE(plan_workers(s, d, c, start, now).start, 1);
  });
}

TEST(Scaler, nothing_to_do_starts_nobody_beyond_the_minimum) {
  exhaust([](const ScalerSettings& s, const Demand& d, const Capacity& c, Timestamp now) {
    if (d.queued + d.in_progress > 0) return;
    ASSERT_LE(plan_workers(s, d, c, start, now).start, std::max<std::int64_t>(s.workers_min - c.able, 0));
  });
}

TEST(Scaler, a_step_of_the_queue_delay_counts_from_the_later_of_head_and_last_step) {
  const ScalerSettings settings{ScalerType::queue_delay, 4'000, 0, 9};
  const Demand demand{3, 1, start};
  const Capacity one{1, 1};
  const Timestamp last_step = start + milliseconds{1'000};
  EXPECT_EQ(plan_workers(settings, demand, one, last_step, start + milliseconds{4'999}).start, 0);
  EXPECT_EQ(plan_workers(settings, demand, one, last_step, start + milliseconds{4'999}).next_step,
            start + milliseconds{5'000});
  EXPECT_EQ(plan_workers(settings, demand, one, last_step, start + milliseconds{5'000}).start, 1);
}

}  // namespace
}  // namespace pilotlight::core

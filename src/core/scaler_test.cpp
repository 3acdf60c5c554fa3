#include "core/scaler.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace pilotlight::core {
namespace {

Timestamp moment(std::int64_t ms) {
  return timestamp_from_ms(ms);
}

ScalerSettings queue_delay(std::int64_t seconds) {
  return {ScalerType::queue_delay, seconds * 1'000, 0, 3};
}

ScalerSettings request_count(std::int64_t value_milli) {
  return {ScalerType::request_count, value_milli, 0, 10};
}

std::int64_t started(const ScalerSettings& settings, Demand demand, Capacity capacity) {
  return plan_workers(settings, demand, capacity, moment(0), moment(1)).start;
}

TEST(Scaler, nothing_queued_starts_nothing) {
  EXPECT_EQ(started(queue_delay(4), {}, {}), 0);
  EXPECT_EQ(started(queue_delay(4), {0, 5, moment(0)}, {0, 0}), 0);
  EXPECT_EQ(started(request_count(1'000), {}, {}), 0);
}

TEST(Scaler, queue_delay_starts_the_first_at_once_and_one_only) {
  EXPECT_EQ(started(queue_delay(600), {1, 0, moment(1)}, {}), 1);
  EXPECT_EQ(started(queue_delay(600), {1'000, 0, moment(1)}, {}), 1);
}

TEST(Scaler, queue_delay_adds_one_each_time_the_head_has_waited_so_long) {
  const Demand demand{5, 1, moment(10'000)};
  const Capacity capacity{1, 1};
  const auto plan = [&](std::int64_t last_step, std::int64_t now) {
    return plan_workers(queue_delay(4), demand, capacity, moment(last_step), moment(now));
  };
  EXPECT_EQ(plan(9'000, 13'999).start, 0);
  EXPECT_EQ(plan(9'000, 13'999).next_step, moment(14'000));
  EXPECT_EQ(plan(9'000, 14'000).start, 1);
  EXPECT_TRUE(plan(9'000, 14'000).step);
  // The last step was later than the head: counted from the step.
  EXPECT_EQ(plan(12'000, 15'999).start, 0);
  EXPECT_EQ(plan(12'000, 16'000).start, 1);
}

TEST(Scaler, request_count_wants_jobs_by_value_rounded_up) {
  EXPECT_EQ(started(request_count(4'000), {1, 0, moment(0)}, {}), 1);
  EXPECT_EQ(started(request_count(4'000), {4, 0, moment(0)}, {}), 1);
  EXPECT_EQ(started(request_count(4'000), {4, 1, moment(0)}, {}), 2);
  EXPECT_EQ(started(request_count(1'000), {2, 3, moment(0)}, {3, 3}), 2);
  EXPECT_EQ(started(request_count(1'000), {200, 0, moment(0)}, {}), 10);
}

TEST(Scaler, draining_and_stopping_workers_count_towards_the_maximum) {
  ScalerSettings settings = request_count(1'000);
  settings.workers_max = 3;
  EXPECT_EQ(started(settings, {9, 0, moment(0)}, {0, 2}), 1);
  EXPECT_EQ(started(settings, {9, 0, moment(0)}, {0, 3}), 0);
  EXPECT_EQ(started(settings, {9, 0, moment(0)}, {2, 5}), 0);
  settings = queue_delay(1);
  settings.workers_max = 0;
  EXPECT_EQ(started(settings, {9, 0, moment(0)}, {}), 0);
}

TEST(Scaler, the_minimum_is_started_and_kept_within_the_maximum) {
  ScalerSettings settings = queue_delay(4);
  settings.workers_min = 2;
  EXPECT_EQ(started(settings, {}, {}), 2);
  EXPECT_EQ(plan_workers(settings, {}, {2, 2}, moment(0), moment(1)).keep, 2);
  settings.workers_max = 1;
  EXPECT_EQ(started(settings, {}, {}), 1);
  EXPECT_EQ(plan_workers(settings, {}, {1, 1}, moment(0), moment(1)).keep, 1);
}

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
                       Demand{queued, running, moment(1'000'000)}, Capacity{able, live},
                       moment(1'000'000) + waited);
}

TEST(Scaler, never_plans_more_than_the_maximum_and_always_the_minimum) {
  exhaust([](const ScalerSettings& s, const Demand& d, const Capacity& c, Timestamp now) {
    const ScalerPlan plan = plan_workers(s, d, c, moment(1'000'000), now);
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
    ASSERT_GE(plan_workers(s, d, c, moment(1'000'000), now).start, 1);
  });
}

TEST(Scaler, nothing_to_do_starts_nobody_beyond_the_minimum) {
  exhaust([](const ScalerSettings& s, const Demand& d, const Capacity& c, Timestamp now) {
    if (d.queued + d.in_progress > 0) return;
    ASSERT_LE(plan_workers(s, d, c, moment(1'000'000), now).start,
              std::max<std::int64_t>(s.workers_min - c.able, 0));
  });
}

}  // namespace
}  // namespace pilotlight::core

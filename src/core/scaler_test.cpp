#include "core/scaler.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/control_plane.hpp"

namespace pilotlight::core {
namespace {

Timestamp at(std::int64_t ms) {
  return timestamp_from_ms(ms);
}

ScalerSettings queue_delay(std::int64_t seconds) {
  return {ScalerType::queue_delay, seconds * 1'000, 0, 3};
}

ScalerSettings request_count(std::int64_t value_milli) {
  return {ScalerType::request_count, value_milli, 0, 10};
}

std::int64_t started(const ScalerSettings& settings, Demand demand, Capacity capacity) {
  return plan_workers(settings, demand, capacity, at(0), at(1)).start;
}

TEST(Scaler, nothing_queued_starts_nothing) {
  EXPECT_EQ(started(queue_delay(4), {}, {}), 0);
  EXPECT_EQ(started(queue_delay(4), {0, 5, at(0)}, {0, 0}), 0);
  EXPECT_EQ(started(request_count(1'000), {}, {}), 0);
}

TEST(Scaler, queue_delay_starts_the_first_at_once_and_one_only) {
  EXPECT_EQ(started(queue_delay(600), {1, 0, at(1)}, {}), 1);
  EXPECT_EQ(started(queue_delay(600), {1'000, 0, at(1)}, {}), 1);
}

TEST(Scaler, queue_delay_adds_one_each_time_the_head_has_waited_so_long) {
  const Demand demand{5, 1, at(10'000)};
  const Capacity capacity{1, 1};
  const auto plan = [&](std::int64_t last_step, std::int64_t now) {
    return plan_workers(queue_delay(4), demand, capacity, at(last_step), at(now));
  };
  EXPECT_EQ(plan(9'000, 13'999).start, 0);
  EXPECT_EQ(plan(9'000, 13'999).next_step, at(14'000));
  EXPECT_EQ(plan(9'000, 14'000).start, 1);
  EXPECT_TRUE(plan(9'000, 14'000).step);
  // The last step was later than the head: counted from the step.
  EXPECT_EQ(plan(12'000, 15'999).start, 0);
  EXPECT_EQ(plan(12'000, 16'000).start, 1);
}

TEST(Scaler, request_count_wants_jobs_by_value_rounded_up) {
  EXPECT_EQ(started(request_count(4'000), {1, 0, at(0)}, {}), 1);
  EXPECT_EQ(started(request_count(4'000), {4, 0, at(0)}, {}), 1);
  EXPECT_EQ(started(request_count(4'000), {4, 1, at(0)}, {}), 2);
  EXPECT_EQ(started(request_count(1'000), {2, 3, at(0)}, {3, 3}), 2);
  EXPECT_EQ(started(request_count(1'000), {200, 0, at(0)}, {}), 10);
}

TEST(Scaler, never_more_live_than_the_maximum_draining_and_stopping_ones_included) {
  ScalerSettings settings = request_count(1'000);
  settings.workers_max = 3;
  EXPECT_EQ(started(settings, {9, 0, at(0)}, {0, 2}), 1);
  EXPECT_EQ(started(settings, {9, 0, at(0)}, {0, 3}), 0);
  EXPECT_EQ(started(settings, {9, 0, at(0)}, {2, 5}), 0);
  settings = queue_delay(1);
  settings.workers_max = 0;
  EXPECT_EQ(started(settings, {9, 0, at(0)}, {}), 0);
}

TEST(Scaler, the_minimum_is_started_and_kept_within_the_maximum) {
  ScalerSettings settings = queue_delay(4);
  settings.workers_min = 2;
  EXPECT_EQ(started(settings, {}, {}), 2);
  EXPECT_EQ(plan_workers(settings, {}, {2, 2}, at(0), at(1)).keep, 2);
  settings.workers_max = 1;
  EXPECT_EQ(started(settings, {}, {}), 1);
  EXPECT_EQ(plan_workers(settings, {}, {1, 1}, at(0), at(1)).keep, 1);
}

/// A plane with one endpoint and no worker, after its first batch.
struct Plane {
  explicit Plane(std::int64_t workers_min = 0) {
    Template made;
    made.id = *TemplateId::parse("tpl0000001");
    Endpoint served;
    served.id = endpoint;
    served.template_id = made.id;
    served.workers_min = workers_min;
    plane.restore(record::TemplateSaved{made});
    plane.restore(record::EndpointSaved{served, false});
    Outcome out;
    plane.restored(at(1), out);
    plane.apply(at(1), command::WorkersListed{}, out);
    plane.advance(at(1), out);
    at_boot = starts(out);
  }
  static std::int64_t starts(const Outcome& out) {
    return std::count_if(out.effects.begin(), out.effects.end(),
                         [](const Effect& e) { return std::holds_alternative<effect::StartWorker>(e); });
  }
  /// Workers started by the batch of this one command.
  std::int64_t submit(Timestamp now) {
    Outcome out;
    plane.apply(now,
                command::SubmitJob{ticket_none, JobId::make(++row, false, 7), endpoint, {}, {}, {}, {}, {}},
                out);
    plane.advance(now, out);
    return starts(out);
  }

  const EndpointId endpoint = *EndpointId::parse("endpoint000001");
  ControlPlane plane{Limits{}, 1};
  RowNumber row = 1;
  std::int64_t at_boot = 0;
};

TEST(Scaling, is_decided_in_the_batch_of_the_job_and_by_no_tick) {
  Plane idle;
  EXPECT_EQ(idle.at_boot, 0);
  EXPECT_EQ(idle.plane.next_deadline(), std::nullopt) << "an endpoint without jobs wakes nobody";
  EXPECT_EQ(idle.submit(at(5'000)), 1);
  EXPECT_EQ(idle.submit(at(5'001)), 0);
  EXPECT_EQ(idle.plane.next_deadline(), at(9'000)) << "the first job's four seconds";
  Outcome out;
  idle.plane.advance(at(9'000), out);
  EXPECT_EQ(Plane::starts(out), 1);
}

TEST(Scaling, the_minimum_is_started_at_boot) {
  EXPECT_EQ(Plane(2).at_boot, 2);
}

}  // namespace
}  // namespace pilotlight::core

#include <gtest/gtest.h>

#include <algorithm>

#include "core/plane_test.hpp"
#include "core/recent_times.hpp"

namespace pilotlight::core {
namespace {

answer::Metrics metrics(Plane& plane, const EndpointId& endpoint) {
  return plane.ask<answer::Metrics>(command::ReadMetrics{ticket_none, endpoint});
}

TEST(Metrics, count_jobs_by_their_end_and_know_their_times) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  const JobId first = plane.submit(endpoint), second = plane.submit(endpoint);
  plane.pass(milliseconds{700});
  EXPECT_EQ(metrics(plane, endpoint).queue_delay.count(), 700);
  plane.take(worker);
  plane.pass(milliseconds{300});
  plane.finish(worker, first);
  plane.ask<answer::JobEnded>(command::CancelJob{ticket_none, endpoint, second});
  const answer::Metrics told = metrics(plane, endpoint);
  EXPECT_EQ(told.submitted, 2U);
  EXPECT_EQ(told.health.completed, 1U);
  EXPECT_EQ(told.cancelled, 1U);
  EXPECT_EQ(told.queue_delay.count(), 0);
  ASSERT_EQ(told.recent.size(), 1U) << "the other one never ran";
  EXPECT_EQ(told.recent.front().delay.count(), 700);
  EXPECT_EQ(told.recent.front().execution.count(), 300);
}

TEST(Metrics, name_the_workers_that_could_take_a_job_at_once) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId busy = plane.register_worker(endpoint), ready = plane.register_worker(endpoint);
  plane.register_worker(endpoint);
  plane.submit(endpoint);
  plane.take(busy);
  plane.poll(ready);
  EXPECT_EQ(metrics(plane, endpoint).ready, std::vector<WorkerId>{ready});
}

TEST(Metrics, keep_the_times_of_the_last_jobs_only) {
  RecentTimes times;
  for (int i = 0; i < 1'000; ++i) times.add({milliseconds{i}, {}});
  ASSERT_EQ(times.all().size(), RecentTimes::count_max);
  const auto [least, most] = std::minmax_element(
      times.all().begin(), times.all().end(), [](const auto& a, const auto& b) { return a.delay < b.delay; });
  EXPECT_EQ(least->delay.count(), 1'000 - static_cast<int>(RecentTimes::count_max));
  EXPECT_EQ(most->delay.count(), 999);
}

TEST(Metrics, of_an_endpoint_that_is_not_there) {
  Plane plane;
  const EndpointId nowhere = *EndpointId::parse("nowhere");
  EXPECT_EQ(plane.ask<answer::Refused>(command::ReadMetrics{ticket_none, nowhere}).code, Errc::not_found);
}

}  // namespace
}  // namespace pilotlight::core

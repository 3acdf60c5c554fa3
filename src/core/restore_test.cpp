#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

TEST(Restore, everything_comes_back_in_its_order) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  std::vector<JobId> jobs;
  for (int i = 0; i < 4; ++i) jobs.push_back(plane.submit(endpoint));
  const Ticket poll = plane.poll(worker);
  plane.apply(command::Undelivered{worker, poll, plane.taken(poll)});  // to the head, not to the end
  plane.restart({});
  for (const JobId& job : jobs) EXPECT_EQ(plane.live(endpoint, job)->state, JobState::in_queue);
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 4)), jobs);
  EXPECT_EQ(plane.health(endpoint).in_progress, 4U);
}

TEST(Restore, a_worker_keeps_its_job_and_its_result_counts_once) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint();
  const JobId job = plane.submit(endpoint);
  const WorkerId worker = plane.started().at(0);
  plane.take(worker);
  plane.restart({worker});
  EXPECT_EQ(plane.live(endpoint, job)->worker, worker);
  EXPECT_TRUE(plane.finish(worker, job));
  plane.restart({worker});
  EXPECT_FALSE(plane.finish(worker, job));
}

TEST(Restore, the_job_of_a_worker_that_is_gone_returns_uncharged) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint();
  const JobId job = plane.submit(endpoint);
  plane.take(plane.started().at(0));
  plane.restart({});
  EXPECT_EQ(plane.live(endpoint, job)->state, JobState::in_queue);
  EXPECT_EQ(plane.live(endpoint, job)->retries, 0);
  EXPECT_EQ(plane.started().size(), 2U);
}

TEST(Restore, a_worker_that_nobody_remembers_is_killed) {
  Plane plane;
  const WorkerId stranger = WorkerId::parse("stranger").value();
  plane.restart({stranger});
  ASSERT_EQ(plane.all<effect::StopWorker>().size(), 1U);
  EXPECT_EQ(plane.all<effect::StopWorker>()[0].worker, stranger);
}

TEST(Restore, a_lease_regains_its_grace_but_not_its_execution_time) {
  Plane plane;
  EndpointPatch patch;
  patch.workers_max = 0;
  patch.execution_timeout = milliseconds{60'000};
  const EndpointId endpoint = plane.make_endpoint(patch);
  const WorkerId worker = plane.register_worker(endpoint);
  const JobId job = plane.submit(endpoint);
  plane.take(worker);
  plane.pass(milliseconds{25'000});
  plane.restart({});
  plane.pass(milliseconds{25'000});
  EXPECT_EQ(plane.live(endpoint, job)->state, JobState::in_progress) << "silent for 25 s since the restart";
  plane.ping(worker, {job});
  plane.pass(milliseconds{10'000});
  EXPECT_EQ(plane.ended(job)->reason, EndReason::execution_timeout);
}

TEST(Restore, a_worker_remembered_as_busy_that_holds_nothing_is_idle) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint();
  const JobId job = plane.submit(endpoint);
  const WorkerId worker = plane.started().at(0);
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 1, {})), std::vector{job});
  plane.ping(worker, {job});  // tells its version, which is worth a record
  plane.finish(worker, job);
  plane.restart({worker});
  plane.poll(worker);
  EXPECT_EQ(plane.health(endpoint).idle, 1U);
  plane.pass(milliseconds{10'000});
  EXPECT_TRUE(plane.was_stopped(worker));
}

TEST(Restore, a_worker_has_room_for_as_many_jobs_as_before) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  const JobId first = plane.submit(endpoint);
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 3)), std::vector{first});
  plane.restart({});
  const JobId second = plane.submit(endpoint);
  EXPECT_EQ(plane.taken(plane.poll(worker, true, 2)), std::vector{second});
}

TEST(Restore, counters_go_on) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  for (int i = 0; i < 3; ++i) {
    const JobId job = plane.submit(endpoint);
    plane.take(worker);
    plane.finish(worker, job);
    plane.restart({});
  }
  EXPECT_EQ(plane.health(endpoint).completed, 3U);
}

}  // namespace
}  // namespace pilotlight::core

#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

/// An endpoint that keeps one worker running.
struct OneWorker : testing::Test {
  static EndpointPatch settings() {
    EndpointPatch patch;
    patch.workers_min = patch.workers_max = 1;
    return patch;
  }

  answer::Workers workers() {
    return plane.ask<answer::Workers>(command::ReadWorkers{ticket_none, endpoint});
  }
  std::int64_t restart(bool kill = false) {
    return plane.ask<answer::EndpointSaved>(command::RestartWorkers{ticket_none, endpoint, kill})
        .saved->version;
  }
  WorkerId newest() { return plane.started().back(); }

  Plane plane;
  EndpointId endpoint = plane.make_endpoint(settings());
};

TEST_F(OneWorker, is_listed_with_the_phases_of_its_start) {
  const Timestamp created = plane.now();
  plane.pass(milliseconds{40});
  EXPECT_FALSE(workers().workers.at(0).started);
  plane.apply(command::WorkerStarted{newest()});
  plane.pass(milliseconds{500});
  plane.apply(command::WorkerStarted{newest()});
  EXPECT_FALSE(workers().workers.at(0).ready);
  const Ticket poll = plane.poll(newest());
  plane.pass(milliseconds{10});
  const JobId job = plane.submit(endpoint);
  EXPECT_EQ(plane.taken(poll), std::vector<JobId>{job});
  const answer::WorkerStatus told = workers().workers.at(0);
  EXPECT_EQ(told.worker.id, newest());
  EXPECT_EQ(told.worker.state, WorkerState::busy);
  EXPECT_EQ(told.started, created + milliseconds{40});
  EXPECT_EQ(told.ready, created + milliseconds{540});
  EXPECT_EQ(told.jobs, std::vector<JobId>{job});
}

TEST_F(OneWorker, has_unknown_phases_after_a_restart_of_the_server) {
  plane.apply(command::WorkerStarted{newest()});
  plane.poll(newest());
  plane.restart({newest()});
  ASSERT_EQ(workers().workers.size(), 1U);
  EXPECT_FALSE(workers().workers.at(0).started);
  EXPECT_FALSE(workers().workers.at(0).ready);
}

TEST_F(OneWorker, without_a_job_is_replaced_at_once_by_a_restart) {
  const WorkerId old = newest();
  plane.poll(old);
  EXPECT_EQ(restart(), 1);
  EXPECT_TRUE(plane.was_stopped(old));
  plane.apply(command::WorkerExited{old, 0, 0, {}});
  ASSERT_NE(newest(), old);
  EXPECT_EQ(workers().version, 1);
  EXPECT_EQ(workers().workers.at(0).worker.endpoint_version, 1);
}

TEST_F(OneWorker, with_a_job_ends_it_before_a_restart_stops_it) {
  const WorkerId old = newest();
  plane.poll(old);
  const JobId running = plane.submit(endpoint), next = plane.submit(endpoint);
  restart();
  EXPECT_FALSE(plane.was_stopped(old));
  EXPECT_TRUE(plane.finish(old, running));
  EXPECT_TRUE(plane.was_stopped(old));
  EXPECT_TRUE(plane.taken(plane.poll(old)).empty()) << "the next job is for the new worker";
  plane.apply(command::WorkerExited{old, 0, 0, {}});
  EXPECT_EQ(plane.taken(plane.poll(newest())), std::vector<JobId>{next});
}

TEST_F(OneWorker, with_a_job_is_killed_by_a_restart_that_kills) {
  const WorkerId old = newest();
  plane.poll(old);
  const JobId job = plane.submit(endpoint);
  restart(true);
  EXPECT_EQ(plane.all<effect::StopWorker>().back().grace.count(), 0);
  plane.apply(command::WorkerExited{old, 0, 9, {}});
  EXPECT_EQ(plane.taken(plane.poll(newest())), std::vector<JobId>{job});
  EXPECT_EQ(plane.live(endpoint, job)->retries, 0) << "nobody's fault";
}

TEST_F(OneWorker, that_keeps_failing_is_started_at_once_by_a_restart) {
  for (int i = 0; i < 6; ++i) {
    plane.apply(command::WorkerExited{newest(), 1, 0, "broken"});
    if (i < 5) plane.pass(milliseconds{60'000});
  }
  const std::size_t before = plane.started().size();
  EXPECT_EQ(plane.health(endpoint).waiting.reason, WaitReason::crash_loop);
  restart();
  EXPECT_EQ(plane.started().size(), before + 1);
}

TEST(Workers, started_by_hand_stay_over_a_restart) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  plane.poll(worker);
  const JobId job = plane.submit(endpoint);
  plane.ask<answer::EndpointSaved>(command::RestartWorkers{ticket_none, endpoint, true});
  EXPECT_TRUE(plane.finish(worker, job));
  plane.submit(endpoint);
  EXPECT_EQ(plane.taken(plane.poll(worker)).size(), 1U);
}

TEST(Workers, of_an_endpoint_that_is_not_there) {
  Plane plane;
  const EndpointId nowhere = *EndpointId::parse("nowhere");
  EXPECT_EQ(plane.ask<answer::Refused>(command::ReadWorkers{ticket_none, nowhere}).code, Errc::not_found);
  EXPECT_EQ(plane.ask<answer::Refused>(command::RestartWorkers{ticket_none, nowhere}).code, Errc::not_found);
}

}  // namespace
}  // namespace pilotlight::core

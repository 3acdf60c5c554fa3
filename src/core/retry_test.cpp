#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

/// A job that its worker has answered with an error, as its row says.
FinalJob failed_job(Plane& plane, const EndpointId& endpoint, const WorkerId& worker) {
  const JobId job = plane.submit(endpoint);
  plane.take(worker);
  plane.apply(
      command::FinishJob{ticket_none, worker, job, true, {job.row() + 1, 5, PayloadPlace::row}, false});
  return *plane.ended(job);
}

/// A worker runs a job beside another that failed and is retried.
struct RetryBeside : testing::Test {
  RetryBeside() {
    EXPECT_EQ(plane.taken(plane.poll(worker, false, 2)).size(), 2u);
    plane.apply(command::FinishJob{ticket_none, worker, job, true, {}, false});
    plane.pass(milliseconds{1});
    plane.ask<answer::JobAccepted>(command::RetryJob{ticket_none, *plane.ended(job), plane.now()});
  }

  Plane plane;
  EndpointId endpoint = plane.make_idle_endpoint();
  WorkerId worker = plane.register_worker(endpoint);
  JobId beside = plane.submit(endpoint), job = plane.submit(endpoint);
};

TEST(Retry, queues_a_failed_job_anew) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  const FinalJob failed = failed_job(plane, endpoint, worker);
  plane.pass(milliseconds{1'000});
  EXPECT_EQ(plane.ask<answer::JobAccepted>(command::RetryJob{ticket_none, failed, plane.now()}).id,
            failed.id);
  const auto view = plane.live(endpoint, failed.id);
  EXPECT_EQ(view->state, JobState::in_queue);
  EXPECT_EQ(view->retries, 0);
  plane.pass(milliseconds{1});
  EXPECT_EQ(plane.take(worker), failed.id);
  EXPECT_TRUE(plane.finish(worker, failed.id));
}

TEST(Retry, is_only_for_what_failed_and_is_kept) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  FinalJob job = failed_job(plane, endpoint, plane.register_worker(endpoint));
  const auto refusal = [&] {
    return plane.ask<answer::Refused>(command::RetryJob{ticket_none, job, plane.now()}).code;
  };
  for (const JobState state : {JobState::completed, JobState::cancelled}) {
    job.state = state;
    EXPECT_EQ(refusal(), Errc::invalid);
  }
  job.state = JobState::timed_out;
  EXPECT_EQ(
      plane.ask<answer::Refused>(command::RetryJob{ticket_none, job, plane.now() - milliseconds{30'000}})
          .code,
      Errc::unavailable)
      << "its row may be gone by now";
  plane.pass(job.expires - job.finished);
  EXPECT_EQ(refusal(), Errc::not_found);
}

TEST_F(RetryBeside, goes_to_another_worker_while_its_earlier_one_is_not_idle) {
  const WorkerId other = plane.register_worker(endpoint);
  plane.pass(milliseconds{1});
  EXPECT_TRUE(plane.taken(plane.poll(worker, true)).empty()) << "it may repeat its answer";
  EXPECT_EQ(plane.take(other), job);
  EXPECT_FALSE(plane.finish(worker, job)) << "of its earlier run";
  EXPECT_TRUE(plane.finish(worker, beside) && plane.finish(other, job));
}

TEST(Retry, goes_to_its_earlier_worker_once_a_later_poll_shows_idle) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  const FinalJob failed = failed_job(plane, endpoint, worker);
  const Ticket parked = plane.poll(worker, false, 1, parallel_sdk);
  plane.pass(milliseconds{1});
  plane.ask<answer::JobAccepted>(command::RetryJob{ticket_none, failed, plane.now()});
  EXPECT_TRUE(plane.open(parked)) << "not sent after the end, it says nothing about the run";
  plane.pass(milliseconds{5'001});
  plane.poll(worker, false, 1, parallel_sdk);
  EXPECT_EQ(plane.taken(parked), std::vector{failed.id});
}

TEST_F(RetryBeside, lets_its_earlier_worker_take_jobs_behind_it_while_it_waits) {
  const JobId behind = plane.submit(endpoint);
  plane.pass(milliseconds{1});
  EXPECT_EQ(plane.taken(plane.poll(worker, true, 2)), std::vector{behind});
  EXPECT_TRUE(plane.finish(worker, beside) && plane.finish(worker, behind));
  plane.pass(milliseconds{1});
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 2)), std::vector{job});
}

TEST_F(RetryBeside, goes_to_its_earlier_worker_two_pings_without_it_after_a_poll) {
  for (int i = 0; i < 2; ++i) plane.ping(worker, {beside});
  plane.pass(milliseconds{1});
  const Ticket poll = plane.poll(worker, true);
  EXPECT_TRUE(plane.open(poll)) << "nothing is proved by pings from before the poll";
  EXPECT_EQ(plane.live(endpoint, job)->waiting.reason, WaitReason::workers_busy);
  for (const std::vector<JobId>& listed : {std::vector{beside}, {beside, job}, {beside}}) {
    plane.ping(worker, listed);
    EXPECT_TRUE(plane.open(poll));
  }
  plane.ping(worker, {beside});
  EXPECT_EQ(plane.taken(poll), std::vector{job});
}

TEST(Retry, goes_to_its_earlier_worker_that_has_polled_since_the_end) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  const FinalJob failed = failed_job(plane, endpoint, worker);
  plane.pass(milliseconds{1});
  const Ticket parked = plane.poll(worker, false);
  plane.pass(milliseconds{1});
  plane.ask<answer::JobAccepted>(command::RetryJob{ticket_none, failed, plane.now()});
  EXPECT_EQ(plane.taken(parked), std::vector{failed.id});
}

}  // namespace
}  // namespace pilotlight::core

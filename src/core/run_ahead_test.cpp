// Several jobs in one answer, for a worker that rests between jobs.
#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

/// An endpoint whose last jobs took 10 ms each, and its worker.
struct RunAhead : testing::Test {
  RunAhead() {
    for (int i = 0; i < 8; ++i) {
      const JobId job = plane.submit(endpoint);
      EXPECT_EQ(plane.take(worker), job);
      plane.pass(milliseconds{10});
      plane.finish(worker, job);
      plane.pass(milliseconds{1});
    }
  }
  std::vector<JobId> submit(int count) {
    std::vector<JobId> jobs;
    for (int i = 0; i < count; ++i) jobs.push_back(plane.submit(endpoint));
    return jobs;
  }
  /// As it was saved last.
  bool waits_there(const JobId& job) const {
    bool waits = false;
    for (const Record& record : plane.records)
      if (const auto* saved = std::get_if<record::JobSaved>(&record); saved && saved->value.id == job)
        waits = saved->value.not_begun;
    return waits;
  }
  JobState state(const JobId& job) { return plane.live(endpoint, job)->state; }

  Plane plane;
  EndpointId endpoint = plane.make_idle_endpoint();
  WorkerId worker = plane.register_worker(endpoint);
};

TEST_F(RunAhead, many_short_jobs_go_in_one_answer) {
  const auto jobs = submit(100);
  EXPECT_EQ(plane.taken(plane.poll(worker)), std::vector(jobs.begin(), jobs.begin() + 64));
}

TEST_F(RunAhead, package_that_stands_still_over_several_gets_one) {
  submit(100);
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 1, SdkVersion{2, 0, 0})).size(), 1u);
}

TEST_F(RunAhead, worker_that_is_busy_with_a_job_it_was_never_given_gets_one) {
  submit(100);
  EXPECT_EQ(plane.taken(plane.poll(worker, true)).size(), 1u);
}

TEST_F(RunAhead, as_many_as_end_in_time) {
  for (int i = 0; i < 8; ++i) {
    const JobId job = plane.submit(endpoint);
    EXPECT_EQ(plane.take(worker), job);
    plane.pass(milliseconds{390});
    plane.finish(worker, job);
    plane.pass(milliseconds{1});
  }
  submit(100);
  EXPECT_EQ(plane.taken(plane.poll(worker)).size(), 5u) << "of 200 ms each within a second";
}

TEST_F(RunAhead, not_while_another_worker_is_free_nor_beyond_an_even_share) {
  const WorkerId other = plane.register_worker(endpoint);
  const Ticket parked = plane.poll(other);
  const Ticket both = plane.poll(worker);
  const auto first = submit(2);
  EXPECT_EQ(plane.taken(parked).size() + plane.taken(both).size(), 2u);
  submit(10);
  plane.finish(worker, plane.taken(both)[0]);
  EXPECT_EQ(plane.taken(plane.poll(worker)).size(), 5u);
}

TEST_F(RunAhead, not_for_packages_that_do_not_rest_nor_for_polls_for_several) {
  const WorkerId old = plane.register_worker(endpoint), wide = plane.register_worker(endpoint);
  submit(100);
  EXPECT_EQ(plane.taken(plane.poll(old, false, 1, SdkVersion{1, 7, 3})).size(), 1u);
  EXPECT_EQ(plane.taken(plane.poll(wide, false, 3)).size(), 3u);
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 1, {})).size(), 1u) << "it was started again on an old one";
}

TEST_F(RunAhead, execution_time_counts_from_each_ones_turn) {
  const auto jobs = submit(3);
  EXPECT_EQ(plane.taken(plane.poll(worker)), jobs);
  plane.pass(milliseconds{500});
  EXPECT_TRUE(plane.finish(worker, jobs[0]));
  plane.pass(milliseconds{500});
  EXPECT_TRUE(plane.finish(worker, jobs[1]));
  const FinalJob second = *plane.ended(jobs[1]);
  EXPECT_EQ(second.finished - *second.leased, milliseconds{500});
  EXPECT_EQ(second.delay, milliseconds{500});
}

TEST_F(RunAhead, a_lost_worker_charges_what_it_had_begun) {
  const auto jobs = submit(3);
  EXPECT_EQ(plane.taken(plane.poll(worker)), jobs);
  plane.pass(milliseconds{30'000});
  EXPECT_EQ(plane.live(endpoint, jobs[0])->retries, 1);
  EXPECT_EQ(plane.live(endpoint, jobs[1])->retries, 0);
  EXPECT_EQ(plane.live(endpoint, jobs[2])->retries, 0);
  const WorkerId other = plane.register_worker(endpoint);
  EXPECT_EQ(plane.taken(plane.poll(other, false, 1, SdkVersion{1, 7, 3})), std::vector{jobs[0]});
}

TEST_F(RunAhead, silence_and_a_timeout_at_once_charge_no_job_behind) {
  JobPolicy policy;
  policy.execution_timeout = milliseconds{30'000};
  const std::vector jobs{plane.submit(endpoint, policy), plane.submit(endpoint)};
  EXPECT_EQ(plane.taken(plane.poll(worker)), jobs);
  plane.pass(milliseconds{30'000});
  EXPECT_EQ(plane.live(endpoint, jobs[0])->retries, 1);
  EXPECT_EQ(plane.live(endpoint, jobs[1])->retries, 0);
}

/// A worker of the runtime that was given three jobs at once, of which the first is then cancelled.
struct Cancelled {
  explicit Cancelled(SdkVersion sdk) {
    EndpointPatch patch;
    patch.workers_max = 1;
    endpoint = plane.make_endpoint(patch);
    jobs = {plane.submit(endpoint)};
    worker = plane.started().at(0);
    plane.apply(command::WorkerStarted{worker});
    for (int i = 0; i < 8; ++i) {
      EXPECT_EQ(plane.take(worker, sdk), jobs[0]);
      plane.pass(milliseconds{10});
      plane.finish(worker, jobs[0]);
      jobs[0] = plane.submit(endpoint);
    }
    for (int i = 0; i < 2; ++i) jobs.push_back(plane.submit(endpoint));
    EXPECT_EQ(plane.taken(plane.poll(worker, false, 1, sdk)), jobs);
    plane.pass(milliseconds{1});
    plane.ask<answer::JobEnded>(command::CancelJob{ticket_none, endpoint, jobs[0]});
  }

  Plane plane;
  EndpointId endpoint;
  WorkerId worker;
  std::vector<JobId> jobs;
};

TEST(Cancelled, a_worker_without_job_stop_is_killed_despite_jobs_behind) {
  Cancelled c({1, 9, 1});
  EXPECT_TRUE(c.plane.was_stopped(c.worker));
  c.plane.apply(command::WorkerExited{c.worker, -1, 9, {}});
  EXPECT_EQ(c.plane.live(c.endpoint, c.jobs[1])->state, JobState::in_queue);
  EXPECT_EQ(c.plane.live(c.endpoint, c.jobs[1])->retries, 0) << "it was our kill";
}

TEST(Cancelled, a_worker_that_ignores_the_stop_is_killed_despite_jobs_behind) {
  Cancelled c(newest_sdk);
  EXPECT_EQ(c.plane.live(c.endpoint, c.jobs[1])->state, JobState::in_progress);
  EXPECT_FALSE(c.plane.was_stopped(c.worker));
  c.plane.ping(c.worker, c.jobs);
  c.plane.pass(Limits{}.stop_grace);
  EXPECT_TRUE(c.plane.was_stopped(c.worker));
}

TEST_F(RunAhead, cancelling_a_job_that_has_not_started_sends_no_stop) {
  const auto jobs = submit(3);
  EXPECT_EQ(plane.taken(plane.poll(worker)), jobs);
  plane.ask<answer::JobEnded>(command::CancelJob{ticket_none, endpoint, jobs[1]});
  command::PollStops poll;
  poll.worker = worker;
  poll.sdk = newest_sdk;
  poll.hold = milliseconds{20'000};
  EXPECT_TRUE(plane.open(plane.apply(poll))) << "a stop before its start is not understood";
  EXPECT_FALSE(plane.finish(worker, jobs[1])) << "its result is dropped";
  EXPECT_TRUE(plane.finish(worker, jobs[0]) && plane.finish(worker, jobs[2]));
}

TEST_F(RunAhead, jobs_behind_a_long_one_go_to_a_worker_that_is_free) {
  const auto jobs = submit(3);
  EXPECT_EQ(plane.taken(plane.poll(worker)), jobs);
  const WorkerId other = plane.register_worker(endpoint);
  const Ticket free = plane.poll(other);
  plane.pass(milliseconds{999});
  EXPECT_TRUE(plane.open(free));
  plane.pass(milliseconds{1});
  EXPECT_EQ(plane.taken(free), std::vector{jobs[1]});
  EXPECT_EQ(state(jobs[0]), JobState::in_progress);
  EXPECT_EQ(state(jobs[2]), JobState::in_queue);
  EXPECT_TRUE(plane.finish(worker, jobs[1])) << "whoever answers first";
  EXPECT_TRUE(plane.finish(worker, jobs[2]));
}

TEST_F(RunAhead, jobs_behind_a_long_one_stay_where_nobody_else_is_free) {
  const auto jobs = submit(3);
  EXPECT_EQ(plane.taken(plane.poll(worker)), jobs);
  plane.pass(milliseconds{5'000});
  EXPECT_EQ(state(jobs[2]), JobState::in_progress);
  const Ticket free = plane.poll(plane.register_worker(endpoint));
  EXPECT_EQ(plane.taken(free), std::vector{jobs[1]}) << "at once";
}

TEST_F(RunAhead, what_speaks_has_begun) {
  const auto jobs = submit(3);
  EXPECT_EQ(plane.taken(plane.poll(worker)), jobs);
  plane.pass(milliseconds{500});
  plane.apply(command::ReportProgress{ticket_none, worker, jobs[1], {}});
  EXPECT_FALSE(waits_there(jobs[1])) << "the result of the first is on its way, or lost";
  plane.pass(milliseconds{100});
  EXPECT_TRUE(plane.finish(worker, jobs[0]));
  EXPECT_TRUE(waits_there(jobs[2])) << "its turn is not before the end of the second";
  EXPECT_TRUE(plane.finish(worker, jobs[1]));
  EXPECT_FALSE(waits_there(jobs[2]));
  EXPECT_EQ(plane.ended(jobs[1])->finished - *plane.ended(jobs[1])->leased, milliseconds{100});
}

TEST_F(RunAhead, what_waits_between_others_that_have_begun_goes_back_as_well) {
  const auto jobs = submit(4);
  EXPECT_EQ(plane.taken(plane.poll(worker)), jobs);
  plane.apply(command::ReportProgress{ticket_none, worker, jobs[2], {}});
  const Ticket free = plane.poll(plane.register_worker(endpoint));
  plane.pass(milliseconds{1'000});
  EXPECT_EQ(plane.taken(free), std::vector{jobs[1]});
  EXPECT_EQ(state(jobs[2]), JobState::in_progress);
  EXPECT_EQ(state(jobs[3]), JobState::in_queue);
}

TEST_F(RunAhead, what_waits_between_others_that_have_begun_is_not_charged) {
  const auto jobs = submit(4);
  EXPECT_EQ(plane.taken(plane.poll(worker)), jobs);
  plane.apply(command::ReportProgress{ticket_none, worker, jobs[2], {}});
  EXPECT_TRUE(plane.finish(worker, jobs[0]));
  plane.pass(milliseconds{30'000});
  EXPECT_EQ(plane.live(endpoint, jobs[1])->retries, 0);
  EXPECT_EQ(plane.live(endpoint, jobs[2])->retries, 1);
  EXPECT_EQ(plane.live(endpoint, jobs[3])->retries, 0);
}

TEST_F(RunAhead, a_job_that_came_back_is_not_sent_ahead_again) {
  const auto jobs = submit(3);
  EXPECT_EQ(plane.taken(plane.poll(worker)), jobs);
  plane.pass(milliseconds{1'000});
  const Ticket free = plane.poll(plane.register_worker(endpoint));
  EXPECT_EQ(plane.taken(free), std::vector{jobs[1]});
  EXPECT_TRUE(plane.finish(worker, jobs[0]));
  plane.pass(milliseconds{1'000});
  const auto more = submit(3);
  EXPECT_EQ(plane.taken(plane.poll(worker, false)), std::vector({jobs[2], more[0]}))
      << "an even share of four";
}

TEST_F(RunAhead, not_for_a_worker_that_has_not_ended_a_job) {
  const WorkerId fresh = plane.register_worker(endpoint);
  const auto jobs = submit(20);
  EXPECT_EQ(plane.taken(plane.poll(fresh)), std::vector{jobs[0]}) << "some end after each job";
  EXPECT_EQ(plane.taken(plane.poll(worker)).size(), 10u);
  EXPECT_TRUE(plane.finish(fresh, jobs[0]));
  plane.pass(milliseconds{1'000});
  EXPECT_EQ(plane.taken(plane.poll(fresh)).size(), 5u);
}

TEST_F(RunAhead, turns_come_back_over_a_restart) {
  const auto jobs = submit(3);
  EXPECT_EQ(plane.taken(plane.poll(worker)), jobs);
  plane.pass(milliseconds{100});
  EXPECT_TRUE(plane.finish(worker, jobs[0]));
  plane.restart({});
  plane.pass(milliseconds{30'000});
  EXPECT_EQ(plane.live(endpoint, jobs[1])->retries, 1) << "it had begun";
  EXPECT_EQ(plane.live(endpoint, jobs[2])->retries, 0);
}

}  // namespace
}  // namespace pilotlight::core

// Evidence that a worker does not hold a job (docs/protocol.md 8.2).
#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

/// A worker that was started by hand and took a job.
struct Evidence : testing::Test {
  Evidence() {
    endpoint = plane.make_idle_endpoint();
    worker = plane.register_worker(endpoint);
    job = plane.submit(endpoint);
  }

  JobState state() { return plane.live(endpoint, job)->state; }
  void keep_pinging(milliseconds time, const std::vector<JobId>& jobs) {
    for (const Timestamp end = plane.now() + time; plane.now() < end;) {
      plane.ping(worker, jobs);
      plane.pass(milliseconds{10'000});
    }
  }

  Plane plane;
  EndpointId endpoint;
  WorkerId worker;
  JobId job;
};

TEST_F(Evidence, a_newer_idle_poll_returns_the_job_to_the_head_uncharged) {
  plane.take(worker);
  const JobId behind = plane.submit(endpoint);
  plane.pass(milliseconds{50});
  EXPECT_EQ(plane.take(worker), job);
  EXPECT_EQ(plane.live(endpoint, job)->retries, 0);
  EXPECT_EQ(plane.live(endpoint, behind)->state, JobState::in_queue);
}

TEST_F(Evidence, a_job_that_three_idle_polls_deny_ends_with_no_result) {
  plane.take(worker);
  for (const int retries : {0, 1}) {
    plane.pass(milliseconds{50});
    EXPECT_EQ(plane.take(worker), job);
    EXPECT_EQ(plane.live(endpoint, job)->retries, retries);
  }
  plane.pass(milliseconds{50});
  EXPECT_TRUE(plane.open(plane.poll(worker)));
  EXPECT_EQ(plane.ended(job)->reason, EndReason::no_result);
}

TEST_F(Evidence, a_ping_that_shows_a_denied_job_takes_its_room_back) {
  plane.take(worker);
  plane.ping(worker, {job});
  plane.pass(milliseconds{10});
  const Ticket poll = plane.poll(worker);
  plane.ping(worker, {job});
  const JobId next = plane.submit(endpoint);
  EXPECT_TRUE(plane.open(poll));
  EXPECT_TRUE(plane.finish(worker, job));
  EXPECT_EQ(plane.taken(poll), std::vector{next});
}

TEST_F(Evidence, a_poll_of_the_moment_of_the_delivery_says_nothing) {
  plane.take(worker);
  const Ticket same_moment = plane.poll(worker, false);
  EXPECT_TRUE(plane.open(same_moment));
  EXPECT_EQ(state(), JobState::in_progress);
}

TEST_F(Evidence, a_late_applied_poll_from_before_the_delivery_proves_nothing) {
  const Timestamp before = plane.now();
  plane.pass(milliseconds{10});
  plane.take(worker);
  plane.pass(milliseconds{29'000});
  command::TakeJobs late;
  late.worker = worker;
  late.arrived = before;
  late.job_in_progress = false;
  late.sdk = newest_sdk;
  late.hold = milliseconds{20'000};
  plane.apply(late);
  EXPECT_EQ(state(), JobState::in_progress);
}

TEST_F(Evidence, a_poll_without_an_idle_claim_proves_nothing) {
  plane.take(worker);
  plane.pass(milliseconds{50});
  plane.poll(worker, std::nullopt);
  EXPECT_EQ(state(), JobState::in_progress);
  plane.poll(worker, true);
  EXPECT_EQ(state(), JobState::in_progress);
}

TEST_F(Evidence, a_parallel_pollers_idle_claim_counts_after_five_seconds) {
  plane.take(worker, parallel_sdk);
  plane.pass(milliseconds{5'000});
  plane.poll(worker, false, 1, parallel_sdk);
  EXPECT_EQ(state(), JobState::in_progress);
  plane.pass(milliseconds{1});
  plane.poll(worker, false, 1, parallel_sdk);
  EXPECT_EQ(plane.live(endpoint, job)->retries, 0);
  EXPECT_EQ(state(), JobState::in_progress) << "taken again, by the older of its polls";
}

TEST_F(Evidence, an_early_idle_claim_by_a_late_counting_package_is_ignored) {
  const SdkVersion late{1, 7, 4};
  plane.take(worker, late);
  plane.pass(milliseconds{50});
  EXPECT_TRUE(plane.open(plane.poll(worker, false, 1, late))) << "it asks again before the job begins";
  EXPECT_EQ(state(), JobState::in_progress);
  EXPECT_TRUE(plane.finish(worker, job));
}

TEST_F(Evidence, a_pinged_job_is_charged_eight_seconds_after_its_denial) {
  plane.take(worker);
  plane.ping(worker, {job});
  plane.pass(milliseconds{1'000});
  plane.poll(worker, false);
  plane.pass(milliseconds{7'999});
  EXPECT_EQ(state(), JobState::in_progress) << "its result may still be under way";
  plane.pass(milliseconds{1});
  EXPECT_EQ(plane.live(endpoint, job)->retries, 1);
}

TEST_F(Evidence, the_second_silent_end_fails_the_job_with_its_reason) {
  for (int delivery = 0; delivery < 2; ++delivery) {
    plane.pass(milliseconds{1'000});
    if (delivery == 0) plane.take(worker);
    plane.ping(worker, {job});
    plane.pass(milliseconds{1'000});
    plane.poll(worker, false);
    plane.pass(milliseconds{8'000});
  }
  EXPECT_EQ(plane.ended(job)->reason, EndReason::no_result);
  EXPECT_EQ(plane.ended(job)->retries, 1);
}

TEST_F(Evidence, a_result_within_the_eight_seconds_counts) {
  plane.take(worker);
  plane.ping(worker, {job});
  plane.pass(milliseconds{1'000});
  plane.poll(worker, false);
  plane.pass(milliseconds{5'000});
  EXPECT_TRUE(plane.finish(worker, job));
}

TEST_F(Evidence, pings_that_omit_a_workers_only_job_prove_nothing) {
  plane.take(worker);
  keep_pinging(milliseconds{120'000}, {});
  EXPECT_EQ(state(), JobState::in_progress);
}

TEST_F(Evidence, a_job_missing_from_two_pings_after_a_poll_returns_uncharged) {
  const JobId other = plane.submit(endpoint);
  plane.poll(worker, false, 2);
  plane.pass(milliseconds{100});
  plane.ping(worker, {other});
  plane.ping(worker, {other});
  EXPECT_EQ(state(), JobState::in_progress) << "no poll has come since";
  plane.poll(worker, true, 1);
  plane.ping(worker, {other});
  EXPECT_EQ(state(), JobState::in_progress);
  plane.ping(worker, {other});
  EXPECT_EQ(plane.live(endpoint, job)->retries, 0);
  EXPECT_EQ(plane.live(endpoint, other)->state, JobState::in_progress);
  EXPECT_TRUE(plane.finish(worker, job)) << "whoever was given it may still end it";
}

TEST_F(Evidence, a_worker_gets_at_most_as_many_jobs_as_it_asked_for_at_once) {
  const JobId other = plane.submit(endpoint), third = plane.submit(endpoint);
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 2)), (std::vector{job, other}));
  const Ticket poll = plane.poll(worker, true, 1);
  EXPECT_TRUE(plane.open(poll)) << "some generations poll while they are full";
  plane.finish(worker, job);
  EXPECT_EQ(plane.taken(poll), std::vector{third});
}

TEST_F(Evidence, packages_that_poll_singly_show_room_by_polling_beside_a_job) {
  const WorkerId old = plane.register_worker(endpoint), parallel = plane.register_worker(endpoint);
  EXPECT_EQ(plane.take(old, {1, 2, 6}), job);
  const JobId second = plane.submit(endpoint), third = plane.submit(endpoint);
  plane.pass(milliseconds{10});
  EXPECT_TRUE(plane.open(plane.poll(old, std::nullopt, 1, {1, 2, 6}))) << "it does not say that it runs any";
  plane.pass(milliseconds{20'000});
  EXPECT_EQ(plane.taken(plane.poll(old, true, 1, {1, 2, 6})), std::vector{second});
  EXPECT_EQ(plane.take(parallel, {1, 6, 2}), third);
  plane.submit(endpoint);
  plane.pass(milliseconds{10});
  EXPECT_TRUE(plane.open(plane.poll(parallel, true, 1, {1, 6, 2}))) << "it has as many polls as it has room";
}

TEST_F(Evidence, an_undelivered_answer_returns_its_job_uncharged) {
  const Ticket poll = plane.poll(worker);
  plane.apply(command::Undelivered{worker, poll, {job}});
  EXPECT_EQ(state(), JobState::in_queue);
  EXPECT_EQ(plane.live(endpoint, job)->retries, 0);
  EXPECT_FALSE(plane.finish(worker, job)) << "it never saw the job";
}

TEST_F(Evidence, a_late_word_about_an_earlier_delivery_leaves_the_newer_one) {
  const Ticket first = plane.poll(worker);
  plane.pass(milliseconds{50});
  EXPECT_EQ(plane.taken(plane.poll(worker, false)), std::vector{job});
  plane.apply(command::Undelivered{worker, first, {job}});
  EXPECT_EQ(state(), JobState::in_progress);
}

TEST_F(Evidence, the_sixth_return_that_is_nobodys_fault_is_charged) {
  for (int i = 0; i < 6; ++i) plane.apply(command::Undelivered{worker, plane.poll(worker), {job}});
  EXPECT_EQ(plane.live(endpoint, job)->retries, 1);
}

TEST_F(Evidence, while_answers_were_delayed_nothing_was_proved) {
  const Timestamp delivered = plane.now();
  plane.take(worker, parallel_sdk);
  plane.pass(milliseconds{6'000});
  plane.apply(command::AnswersDelayed{delivered});
  plane.poll(worker, false, 1, parallel_sdk);
  EXPECT_EQ(state(), JobState::in_progress);
  EXPECT_EQ(plane.live(endpoint, job)->retries, 0);
  plane.pass(milliseconds{29'000});
  EXPECT_EQ(plane.live(endpoint, job)->retries, 0) << "its silence is counted from the end of the delay";
}

TEST_F(Evidence, a_silent_worker_that_comes_back_is_not_given_the_job_it_runs) {
  const EndpointId idle = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(idle);
  plane.submit(idle);
  const JobId other = plane.submit(idle), job = plane.taken(plane.poll(worker, false, 2, parallel_sdk)).at(0);
  EXPECT_TRUE(plane.finish(worker, other));
  plane.pass(Limits{}.ping_interval * 4);
  EXPECT_EQ(plane.live(idle, job)->state, JobState::in_queue);
  plane.pass(milliseconds{100});
  const Ticket busy = plane.poll(worker, true, 1, parallel_sdk);
  EXPECT_TRUE(plane.open(busy));
  const JobId next = plane.submit(idle);
  EXPECT_EQ(plane.taken(busy), std::vector{next});
  EXPECT_TRUE(plane.finish(worker, next));
  plane.pass(Limits{}.poll_lag_max + milliseconds{100});
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 1, parallel_sdk)), std::vector{job});
}

TEST_F(Evidence, a_worker_started_by_hand_is_lost_after_three_missed_pings) {
  plane.take(worker);
  plane.ping(worker, {job});
  plane.pass(milliseconds{29'999});
  EXPECT_EQ(state(), JobState::in_progress);
  plane.pass(milliseconds{1});
  EXPECT_EQ(state(), JobState::in_queue);
  EXPECT_EQ(plane.live(endpoint, job)->retries, 1);
  EXPECT_TRUE(plane.finish(worker, job)) << "silent is not dead";
}

TEST_F(Evidence, a_lost_job_ends_after_two_deliveries) {
  for (int delivery = 0; delivery < 2; ++delivery) {
    plane.take(worker);
    plane.pass(milliseconds{30'001});
  }
  EXPECT_EQ(plane.ended(job)->reason, EndReason::lost);
  EXPECT_EQ(plane.ended(job)->retries, 1);
}

}  // namespace
}  // namespace pilotlight::core

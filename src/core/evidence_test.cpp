// What counts as evidence that a worker does not hold a job (settled: "Who holds a job").
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

TEST_F(Evidence, a_newer_poll_that_holds_nothing_returns_the_job_to_the_head_uncharged) {
  plane.take(worker);
  const JobId behind = plane.submit(endpoint);
  plane.pass(milliseconds{50});
  EXPECT_EQ(plane.take(worker), job);
  EXPECT_EQ(plane.live(endpoint, job)->retries, 0);
  EXPECT_EQ(plane.live(endpoint, behind)->state, JobState::in_queue);
}

TEST_F(Evidence, a_job_that_is_denied_again_and_again_ends_for_want_of_a_result) {
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

TEST_F(Evidence, a_ping_that_shows_a_job_again_takes_back_the_room_that_its_denial_had_made) {
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

TEST_F(Evidence, a_poll_that_arrived_earlier_says_nothing_however_late_it_is_applied) {
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

TEST_F(Evidence, a_poll_that_says_nothing_or_that_it_holds_a_job_proves_nothing) {
  plane.take(worker);
  plane.pass(milliseconds{50});
  plane.poll(worker, std::nullopt);
  EXPECT_EQ(state(), JobState::in_progress);
  plane.poll(worker, true);
  EXPECT_EQ(state(), JobState::in_progress);
}

TEST_F(Evidence, parallel_pollers_are_believed_five_seconds_after_the_delivery) {
  plane.take(worker, parallel_sdk);
  plane.pass(milliseconds{5'000});
  plane.poll(worker, false, 1, parallel_sdk);
  EXPECT_EQ(state(), JobState::in_progress);
  plane.pass(milliseconds{1});
  plane.poll(worker, false, 1, parallel_sdk);
  EXPECT_EQ(plane.live(endpoint, job)->retries, 0);
  EXPECT_EQ(state(), JobState::in_progress) << "taken again, by the older of its polls";
}

TEST_F(Evidence, packages_that_count_a_job_only_once_it_runs_are_believed_five_seconds_after_the_delivery) {
  const SdkVersion late{1, 7, 4};
  plane.take(worker, late);
  plane.pass(milliseconds{50});
  EXPECT_TRUE(plane.open(plane.poll(worker, false, 1, late))) << "it asks again before the job begins";
  EXPECT_EQ(state(), JobState::in_progress);
  EXPECT_TRUE(plane.finish(worker, job));
}

TEST_F(Evidence, a_job_that_pings_had_shown_is_charged_eight_seconds_after_it_was_denied) {
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

TEST_F(Evidence, missing_from_the_pings_of_one_who_holds_one_job_proves_nothing) {
  plane.take(worker);
  keep_pinging(milliseconds{120'000}, {});
  EXPECT_EQ(state(), JobState::in_progress);
}

TEST_F(Evidence, with_several_jobs_two_pings_after_a_newer_poll_return_the_missing_one) {
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

TEST_F(Evidence, a_worker_gets_no_more_jobs_than_it_was_seen_to_ask_for_at_once) {
  const JobId other = plane.submit(endpoint), third = plane.submit(endpoint);
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 2)), (std::vector{job, other}));
  const Ticket poll = plane.poll(worker, true, 1);
  EXPECT_TRUE(plane.open(poll)) << "some generations poll while they are full";
  plane.finish(worker, job);
  EXPECT_EQ(plane.taken(poll), std::vector{third});
}

TEST_F(Evidence, packages_that_ask_one_by_one_show_their_room_by_asking_beside_a_job) {
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

TEST_F(Evidence, an_answer_that_could_not_be_written_returns_the_job_uncharged) {
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

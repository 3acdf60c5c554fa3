// Whose turn it is: priorities, delays, retries, and what an endpoint says about its queue.
#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

struct Turns : testing::Test {
  JobId submit(JobTurn turn, JobPolicy policy = {}) {
    command::SubmitJob job = plane.new_job(endpoint, policy);
    job.turn = turn;
    plane.ask<answer::JobAccepted>(job);
    return job.id;
  }
  void change(EndpointPatch patch) {
    command::SaveEndpoint save;
    save.id = endpoint;
    save.patch = std::move(patch);
    plane.ask<answer::EndpointSaved>(save);
  }
  bool fail(const JobId& job, const std::string& error = "it broke") {
    return plane
        .ask<answer::JobFinished>(command::FinishJob{ticket_none, worker, job, true, {}, false, error})
        .counted;
  }
  std::vector<std::string> errors_of(const FinalJob& job) {
    std::vector<std::string> all;
    for (const JobStep& step : job.past)
      if (!step.error.empty()) all.push_back(step.error);
    return all;
  }
  std::vector<JobStepKind> kinds(const std::vector<JobStep>& steps) {
    std::vector<JobStepKind> all;
    for (const JobStep& step : steps) all.push_back(step.kind);
    return all;
  }

  Plane plane;
  EndpointId endpoint = plane.make_idle_endpoint();
  WorkerId worker = plane.register_worker(endpoint);
};

TEST_F(Turns, jobs_are_taken_by_priority_and_then_in_order_of_submission) {
  const JobId low = submit({-10}), first = submit({}), second = submit({}), high = submit({10});
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 8)), (std::vector{high, first, second, low}));
}

TEST_F(Turns, low_priority_jobs_keep_their_place_in_their_priority) {
  JobPolicy low;
  low.low_priority = true;
  const JobId a = submit({}, low), b = submit({}), c = submit({}, low), d = submit({1}, low);
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 8)), (std::vector{d, a, b, c}));
}

TEST_F(Turns, a_returned_job_goes_to_the_head_of_its_own_priority) {
  const JobId job = submit({});
  EXPECT_EQ(plane.take(worker), job);
  const JobId behind = submit({}), high = submit({1});
  plane.pass(milliseconds{10});
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 8)), (std::vector{high, job, behind}));
}

TEST_F(Turns, a_delayed_job_waits_aside_and_then_comes_to_the_end) {
  const JobId later = submit({0, milliseconds{1'000}});
  const auto view = plane.live(endpoint, later);
  EXPECT_EQ(view->state, JobState::in_queue);
  EXPECT_EQ(view->waiting.reason, WaitReason::delayed);
  EXPECT_EQ(view->waiting.until, plane.now() + milliseconds{1'000});
  const Ticket poll = plane.poll(worker);
  EXPECT_TRUE(plane.open(poll));
  EXPECT_EQ(plane.health(endpoint).in_queue, 1u);
  EXPECT_EQ(plane.health(endpoint).waiting.reason, WaitReason::delayed);
  plane.pass(milliseconds{999});
  EXPECT_TRUE(plane.open(poll));
  plane.pass(milliseconds{1});
  EXPECT_EQ(plane.taken(poll), std::vector{later});
  EXPECT_EQ(plane.live(endpoint, later)->delay, milliseconds{0}) << "its wait counts from its turn";
}

TEST_F(Turns, the_later_of_delay_and_time_holds_and_a_past_time_is_ignored) {
  const Timestamp now = plane.now();
  const JobId past = submit({0, milliseconds{0}, now - milliseconds{5}});
  const JobId both = submit({0, milliseconds{100}, now + milliseconds{300}});
  EXPECT_EQ(plane.take(worker), past);
  EXPECT_TRUE(plane.finish(worker, past));
  const Ticket poll = plane.poll(worker);
  plane.pass(milliseconds{299});
  EXPECT_TRUE(plane.open(poll));
  plane.pass(milliseconds{1});
  EXPECT_EQ(plane.taken(poll), std::vector{both});
}

TEST_F(Turns, a_delayed_job_starts_no_worker_and_comes_back_over_a_restart) {
  EndpointPatch patch;
  patch.workers_max = 1;
  change(patch);
  const JobId job = submit({0, milliseconds{60'000}});
  EXPECT_TRUE(plane.started().empty());
  plane.restart({});
  EXPECT_EQ(plane.live(endpoint, job)->waiting.reason, WaitReason::delayed);
  plane.pass(milliseconds{59'000});
  EXPECT_TRUE(plane.started().empty());
  plane.pass(milliseconds{1'000});
  EXPECT_EQ(plane.started().size(), 1u);
  EXPECT_EQ(plane.take(worker), job);
}

TEST_F(Turns, a_turn_after_the_time_to_live_is_refused) {
  command::SubmitJob job = plane.new_job(endpoint);
  job.policy.ttl = milliseconds{10'000};
  job.turn.delay = milliseconds{10'000};
  EXPECT_EQ(plane.ask<answer::Refused>(job).code, Errc::invalid);
  job.turn.delay = milliseconds{9'999};
  plane.ask<answer::JobAccepted>(job);
  plane.pass(milliseconds{10'000});
  EXPECT_EQ(plane.ended(job.id)->reason, EndReason::ttl);
}

TEST_F(Turns, purging_and_cancelling_reach_delayed_jobs) {
  const JobId cancelled = submit({0, milliseconds{5'000}}), purged = submit({0, milliseconds{5'000}});
  plane.ask<answer::JobEnded>(command::CancelJob{ticket_none, endpoint, cancelled});
  EXPECT_EQ(plane.ask<answer::QueuePurged>(command::PurgeQueue{ticket_none, endpoint}).removed, 1u);
  EXPECT_EQ(plane.ended(purged)->state, JobState::cancelled);
  EXPECT_EQ(plane.health(endpoint).in_queue, 0u);
  plane.pass(milliseconds{10'000});
}

TEST_F(Turns, a_failed_job_is_tried_again_only_where_its_endpoint_wants_it) {
  const JobId plain = submit({});
  EXPECT_EQ(plane.take(worker), plain);
  EXPECT_TRUE(fail(plain));
  EndpointPatch patch;
  patch.retry_failed = true;
  patch.retries_max = 2;
  change(patch);
  const JobId job = submit({});
  for (int retry = 0; retry < 2; ++retry) {
    plane.pass(milliseconds{10});
    EXPECT_EQ(plane.take(worker), job);
    EXPECT_FALSE(fail(job, "error " + std::to_string(retry))) << "not its last word";
    EXPECT_EQ(plane.live(endpoint, job)->retries, retry + 1);
    EXPECT_FALSE(fail(job)) << "a repetition of the answer";
    EXPECT_EQ(plane.live(endpoint, job)->retries, retry + 1);
  }
  plane.pass(milliseconds{10});
  EXPECT_EQ(plane.take(worker), job);
  EXPECT_TRUE(fail(job));
  using enum JobStepKind;
  EXPECT_EQ(kinds(steps_of(*plane.ended(job))),
            (std::vector{submitted, leased, failed, leased, failed, leased, ended}));
  const std::vector<std::string> errors{"error 0", "error 1"};
  EXPECT_EQ(errors_of(*plane.ended(job)), errors) << "that of the last attempt is in its result";
  plane.ask<answer::JobAccepted>(command::RetryJob{ticket_none, *plane.ended(job), plane.now()});
  plane.restart({worker});
  const auto cancelled = plane.ask<answer::JobEnded>(command::CancelJob{ticket_none, endpoint, job});
  EXPECT_EQ(errors_of(cancelled.job), errors) << "through another life and a restart";
}

TEST_F(Turns, a_worker_gets_its_failed_job_again_only_after_a_later_poll) {
  EndpointPatch patch;
  patch.retry_failed = true;
  change(patch);
  const JobId job = submit({});
  const Ticket first = plane.poll(worker, false, 1, parallel_sdk);
  EXPECT_EQ(plane.taken(first), std::vector{job});
  const Ticket parked = plane.poll(worker, std::nullopt, 1, parallel_sdk);
  plane.pass(milliseconds{1});
  EXPECT_FALSE(fail(job));
  EXPECT_TRUE(plane.open(parked)) << "it may repeat its answer, and that would end the new run";
  plane.pass(milliseconds{1});
  plane.poll(worker, false, 1, parallel_sdk);
  EXPECT_TRUE(plane.open(parked)) << "the poll may be older than the delivery";
  plane.pass(milliseconds{5'000});
  plane.poll(worker, false, 1, parallel_sdk);
  EXPECT_EQ(plane.taken(parked), std::vector{job});
}

TEST_F(Turns, a_poll_that_arrives_late_among_several_proves_nothing) {
  EndpointPatch patch;
  patch.retry_failed = true;
  change(patch);
  const JobId job = submit({});
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 1, parallel_sdk)), std::vector{job});
  plane.poll(worker, false, 1, parallel_sdk);
  plane.poll(worker, false, 1, parallel_sdk);
  plane.pass(milliseconds{1});
  EXPECT_FALSE(fail(job));
  plane.pass(milliseconds{1});
  const Ticket late = plane.poll(worker, false, 1, parallel_sdk);
  EXPECT_TRUE(plane.open(late)) << "sent before it had the job";
  plane.pass(Limits{}.poll_lag_max);
  plane.poll(worker, false, 1, parallel_sdk);
  EXPECT_EQ(plane.live(endpoint, job)->state, JobState::in_progress);
}

TEST_F(Turns, retries_wait_twice_as_long_each_time_up_to_a_bound) {
  EndpointPatch patch;
  patch.retry_failed = true;
  patch.retries_max = 3;
  patch.retry_delay = milliseconds{1'000};
  patch.retry_delay_max = milliseconds{3'000};
  change(patch);
  const JobId job = submit({});
  for (const int wait : {1'000, 2'000, 3'000}) {
    EXPECT_EQ(plane.take(worker), job);
    EXPECT_FALSE(fail(job));
    const auto until = *plane.live(endpoint, job)->waiting.until;
    EXPECT_GE(until, plane.now() + milliseconds{wait});
    EXPECT_LE(until, plane.now() + milliseconds{wait + wait / 10});
    plane.pass(until - plane.now());
  }
  EXPECT_EQ(plane.take(worker), job);
  EXPECT_TRUE(fail(job));
}

TEST_F(Turns, an_endpoint_may_forbid_retries_of_lost_jobs) {
  EndpointPatch patch;
  patch.retries_max = 0;
  change(patch);
  const JobId job = submit({});
  EXPECT_EQ(plane.take(worker), job);
  plane.pass(milliseconds{60'000});
  EXPECT_EQ(plane.ended(job)->reason, EndReason::lost);
}

TEST_F(Turns, dead_letters_are_kept_as_long_as_their_endpoint_says) {
  EndpointPatch patch;
  patch.dead_letter_keep = milliseconds{86'400'000};
  change(patch);
  const JobId failed = submit({}), good = submit({});
  EXPECT_EQ(plane.take(worker), failed);
  EXPECT_TRUE(fail(failed));
  plane.pass(milliseconds{1});
  EXPECT_EQ(plane.take(worker), good);
  EXPECT_TRUE(plane.finish(worker, good));
  EXPECT_EQ(plane.ended(failed)->expires - plane.ended(failed)->finished, milliseconds{86'400'000});
  EXPECT_EQ(plane.ended(good)->expires - plane.ended(good)->finished, Limits{}.retention_run);
}

TEST_F(Turns, an_endpoint_bounds_its_own_queue) {
  EndpointPatch patch;
  patch.queue_max = 1;
  change(patch);
  submit({0, milliseconds{1'000}});
  EXPECT_EQ(plane.ask<answer::Refused>(plane.new_job(endpoint)).code, Errc::busy);
}

TEST_F(Turns, a_retry_by_a_client_keeps_the_past) {
  const JobId job = submit({3});
  EXPECT_EQ(plane.take(worker), job);
  EXPECT_TRUE(fail(job));
  plane.pass(milliseconds{5});
  plane.ask<answer::JobAccepted>(command::RetryJob{ticket_none, *plane.ended(job), plane.now()});
  plane.pass(milliseconds{5});
  const JobId other = submit({2});
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 2)), (std::vector{job, other})) << "its priority stays";
  EXPECT_TRUE(plane.finish(worker, job));
  std::optional<FinalJob> last;
  for (const Record& record : plane.records)
    if (const auto* final = std::get_if<record::JobFinished>(&record); final && final->value.id == job)
      last = final->value;
  using enum JobStepKind;
  EXPECT_EQ(kinds(steps_of(*last)), (std::vector{submitted, leased, ended, retried, leased, ended}));
}

TEST_F(Turns, the_past_of_a_job_has_a_bound) {
  std::vector<JobStep> steps;
  for (int i = 0; i < 100; ++i) add_step(steps, {JobStepKind::leased, timestamp_from_ms(i), {}});
  EXPECT_EQ(steps.size(), job_steps_max);
  EXPECT_EQ(to_ms(steps.front().at), 0);
  EXPECT_EQ(to_ms(steps.back().at), 99);
}

TEST_F(Turns, the_expected_start_follows_from_what_the_last_jobs_took) {
  const JobId first = submit({});
  EXPECT_EQ(plane.live(endpoint, first)->waiting.expected, std::nullopt) << "nothing is known yet";
  EXPECT_EQ(plane.take(worker), first);
  plane.pass(milliseconds{8'000});
  EXPECT_TRUE(plane.finish(worker, first));
  const JobId running = submit({}), next = submit({}), last = submit({});
  EXPECT_EQ(plane.take(worker), running);
  EXPECT_EQ(plane.live(endpoint, next)->waiting.expected, plane.now() + milliseconds{4'000});
  EXPECT_EQ(plane.live(endpoint, last)->waiting.expected, plane.now() + milliseconds{12'000});
  const JobId aside = submit({0, milliseconds{60'000}});
  EXPECT_EQ(plane.live(endpoint, aside)->waiting.expected, plane.now() + milliseconds{64'000});
}

}  // namespace
}  // namespace pilotlight::core

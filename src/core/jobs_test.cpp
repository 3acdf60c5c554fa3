#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

TEST(Jobs, a_job_waits_until_a_worker_asks_and_ends_with_its_answer) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const JobId job = plane.submit(endpoint);
  EXPECT_EQ(plane.live(endpoint, job)->state, JobState::in_queue);
  const WorkerId worker = plane.register_worker(endpoint);
  EXPECT_EQ(plane.take(worker), job);
  EXPECT_EQ(plane.live(endpoint, job)->state, JobState::in_progress);
  EXPECT_EQ(plane.live(endpoint, job)->worker, worker);
  EXPECT_TRUE(plane.finish(worker, job));
  EXPECT_FALSE(plane.live(endpoint, job));
  EXPECT_EQ(plane.ended(job)->state, JobState::completed);
}

TEST(Jobs, a_waiting_poll_gets_the_job_in_the_call_that_submits_it) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  const Ticket poll = plane.poll(worker);
  EXPECT_TRUE(plane.open(poll));
  const JobId job = plane.submit(endpoint);
  EXPECT_EQ(plane.taken(poll), std::vector{job});
}

TEST(Jobs, low_priority_jobs_are_taken_in_the_order_of_submission) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  const JobId first = plane.submit(endpoint);
  const JobId low = plane.submit(endpoint, {std::nullopt, std::nullopt, true});
  const JobId last = plane.submit(endpoint);
  EXPECT_EQ(plane.taken(plane.poll(worker, false, 3)), (std::vector{first, low, last}));
}

TEST(Jobs, a_second_answer_does_not_count) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  const JobId job = plane.submit(endpoint);
  plane.take(worker);
  EXPECT_TRUE(plane.finish(worker, job));
  EXPECT_FALSE(plane.finish(worker, job));
}

TEST(Jobs, a_result_from_a_worker_never_given_the_job_is_ignored) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId holder = plane.register_worker(endpoint), stranger = plane.register_worker(endpoint);
  const JobId job = plane.submit(endpoint);
  plane.take(holder);
  EXPECT_FALSE(plane.finish(stranger, job));
  EXPECT_EQ(plane.live(endpoint, job)->state, JobState::in_progress);
  EXPECT_TRUE(plane.finish(holder, job));
}

TEST(Jobs, who_waits_for_a_job_is_told_its_end_or_how_it_stands) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  command::SubmitJob patient = plane.new_job(endpoint), hasty = plane.new_job(endpoint);
  patient.wait = milliseconds{90'000};
  hasty.wait = milliseconds{1'000};
  const Ticket long_wait = plane.apply(patient), short_wait = plane.apply(hasty);
  plane.take(worker);
  plane.pass(milliseconds{999});
  EXPECT_TRUE(plane.open(short_wait));
  plane.pass(milliseconds{1});
  EXPECT_EQ(plane.answer<answer::JobLive>(short_wait)->state, JobState::in_queue);
  plane.finish(worker, patient.id);
  EXPECT_EQ(plane.answer<answer::JobEnded>(long_wait)->job.state, JobState::completed);
}

TEST(Jobs, a_cancelled_job_is_final_at_once_and_its_worker_is_told) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  const JobId job = plane.submit(endpoint);
  plane.take(worker);
  command::PollStops poll;
  poll.worker = worker;
  poll.sdk = newest_sdk;
  poll.hold = milliseconds{20'000};
  const Ticket stops = plane.apply(poll);
  EXPECT_EQ(plane.ask<answer::JobEnded>(command::CancelJob{ticket_none, endpoint, job}).job.state,
            JobState::cancelled);
  EXPECT_EQ(plane.answer<answer::StopJobs>(stops)->jobs, std::vector{job});
  EXPECT_FALSE(plane.finish(worker, job));
}

TEST(Jobs, a_job_is_cancelled_only_through_its_own_endpoint) {
  Plane plane;
  const EndpointId own = plane.make_idle_endpoint(), other = plane.make_idle_endpoint();
  const JobId job = plane.submit(own);
  plane.ask<answer::JobNotLive>(command::CancelJob{ticket_none, other, job});
  EXPECT_TRUE(plane.live(own, job));
  EXPECT_FALSE(plane.live(other, job));
}

TEST(Jobs, a_job_over_its_time_to_live_ends_wherever_it_is) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  const JobPolicy policy{std::nullopt, milliseconds{60'000}, false};
  const JobId running = plane.submit(endpoint, policy), waiting = plane.submit(endpoint, policy);
  plane.take(worker);
  plane.ping(worker, {running});
  for (int i = 0; i < 5; ++i) {
    plane.pass(milliseconds{10'000});
    plane.ping(worker, {running});
  }
  plane.pass(milliseconds{9'999});
  EXPECT_TRUE(plane.live(endpoint, waiting));
  plane.pass(milliseconds{1});
  for (const JobId& job : {running, waiting}) {
    EXPECT_EQ(plane.ended(job)->state, JobState::timed_out);
    EXPECT_EQ(plane.ended(job)->reason, EndReason::ttl);
  }
}

TEST(Jobs, a_jobs_own_execution_timeout_precedes_its_endpoints) {
  Plane plane;
  EndpointPatch patch;
  patch.workers_max = 0;
  patch.execution_timeout = milliseconds{20'000};
  const EndpointId endpoint = plane.make_endpoint(patch);
  const WorkerId worker = plane.register_worker(endpoint);
  const JobId by_job = plane.submit(endpoint, {milliseconds{6'000}, std::nullopt, false});
  const JobId by_endpoint = plane.submit(endpoint);
  plane.poll(worker, false, 2);
  plane.ping(worker, {by_job, by_endpoint});
  plane.pass(milliseconds{6'000});
  EXPECT_EQ(plane.ended(by_job)->reason, EndReason::execution_timeout);
  EXPECT_EQ(plane.ended(by_job)->state, JobState::failed);
  plane.ping(worker, {by_endpoint});
  plane.pass(milliseconds{13'999});
  EXPECT_FALSE(plane.ended(by_endpoint));
  plane.pass(milliseconds{1});
  EXPECT_EQ(plane.ended(by_endpoint)->reason, EndReason::execution_timeout);
}

TEST(Jobs, a_purge_cancels_what_waits_in_slices_and_nothing_else) {
  Limits limits;
  limits.slice_jobs = 10;
  Plane plane(limits);
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  const JobId running = plane.submit(endpoint);
  plane.take(worker);
  std::vector<JobId> waiting;
  for (int i = 0; i < 35; ++i) waiting.push_back(plane.submit(endpoint));
  const Ticket purge = plane.apply(command::PurgeQueue{ticket_none, endpoint});
  EXPECT_TRUE(plane.open(purge)) << "35 jobs do not fit into one slice of 10";
  const JobId later = plane.submit(endpoint);
  plane.pass(milliseconds{0});
  EXPECT_EQ(plane.answer<answer::QueuePurged>(purge)->removed, 35U);
  for (const JobId& job : waiting) EXPECT_EQ(plane.ended(job)->state, JobState::cancelled);
  EXPECT_TRUE(plane.live(endpoint, running));
  EXPECT_TRUE(plane.live(endpoint, later));
}

TEST(Jobs, an_endpoint_is_deleted_only_at_zero_and_then_with_its_jobs) {
  Plane plane;
  EndpointPatch patch;
  patch.workers_max = 2;
  const EndpointId endpoint = plane.make_endpoint(patch);
  const auto refused = plane.ask<answer::Refused>(command::DeleteEndpoint{ticket_none, endpoint, false});
  EXPECT_EQ(refused.code, Errc::conflict);
  EXPECT_NE(refused.message.find("workersMin or workersMax is not zero"), std::string::npos);
  command::SaveEndpoint zero;
  zero.id = endpoint;
  zero.patch.workers_max = 0;
  plane.ask<answer::EndpointSaved>(zero);
  const JobId job = plane.submit(endpoint);
  plane.ask<answer::Deleted>(command::DeleteEndpoint{ticket_none, endpoint, false});
  plane.pass(milliseconds{0});
  EXPECT_EQ(plane.ended(job)->state, JobState::cancelled);
  EXPECT_EQ(plane.ask<answer::Refused>(plane.new_job(endpoint)).code, Errc::not_found);
}

TEST(Jobs, bounds_refuse_new_jobs_and_touch_no_accepted_one) {
  Limits limits;
  limits.live_jobs_max = 3;
  limits.queue_max = 2;
  Plane plane(limits);
  const EndpointId one = plane.make_idle_endpoint(), two = plane.make_idle_endpoint();
  const JobId first = plane.submit(one);
  plane.submit(one);
  EXPECT_EQ(plane.ask<answer::Refused>(plane.new_job(one)).code, Errc::busy);
  plane.submit(two);
  EXPECT_EQ(plane.ask<answer::Refused>(plane.new_job(two)).code, Errc::unavailable);
  EXPECT_EQ(plane.take(plane.register_worker(one)), first);
}

Ticket wait_for_end(Plane& plane, const EndpointId& endpoint, const JobId& job) {
  return plane.apply(command::ReadJob{ticket_none, endpoint, job, milliseconds{30'000}});
}

TEST(Jobs, all_who_wait_for_a_job_are_told_its_end) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  const JobId job = plane.submit(endpoint);
  const Ticket first = wait_for_end(plane, endpoint, job), gone = wait_for_end(plane, endpoint, job),
               last = wait_for_end(plane, endpoint, job);
  plane.apply(command::Abandon{gone});
  plane.take(worker);
  EXPECT_TRUE(plane.open(first) && plane.open(last));
  plane.finish(worker, job);
  EXPECT_EQ(plane.answer<answer::JobEnded>(first)->job.id, job);
  EXPECT_EQ(plane.answer<answer::JobEnded>(last)->job.id, job);
  EXPECT_TRUE(plane.answer<answer::Abandoned>(gone));
}

TEST(Jobs, a_server_that_makes_way_lets_nobody_wait_and_stops_no_worker) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint();
  const JobId held = plane.submit(endpoint);
  const WorkerId worker = plane.started().at(0);
  plane.take(worker);
  const Ticket poll = plane.poll(worker, true), wait = wait_for_end(plane, endpoint, held);
  plane.apply(command::EndWaits{});
  EXPECT_NE(plane.answer<answer::NoJob>(poll), nullptr);
  EXPECT_NE(plane.answer<answer::JobLive>(wait), nullptr);
  EXPECT_NE(plane.answer<answer::NoJob>(plane.poll(worker, true)), nullptr);
  EXPECT_NE(plane.answer<answer::JobLive>(wait_for_end(plane, endpoint, held)), nullptr);
  EXPECT_FALSE(plane.was_stopped(worker));
  EXPECT_TRUE(plane.finish(worker, held));
  plane.submit(endpoint);
}

TEST(Jobs, a_wait_for_a_job_ends_with_how_it_stands) {
  Plane plane;
  const EndpointId endpoint = plane.make_idle_endpoint();
  const JobId job = plane.submit(endpoint);
  const Ticket waiting = wait_for_end(plane, endpoint, job);
  plane.pass(milliseconds{30'000});
  EXPECT_EQ(plane.answer<answer::JobLive>(waiting)->state, JobState::in_queue);
}

TEST(Claims, have_one_holder_each_in_the_order_of_asking) {
  Plane plane;
  const auto claim = [&](const char* name) {
    return plane.apply(command::Claim{ticket_none, name, milliseconds{1'000}});
  };
  const Ticket a = claim("a"), b = claim("b"), second = claim("a"), gone = claim("a"), third = claim("a");
  EXPECT_TRUE(plane.answer<answer::Claimed>(a) && plane.answer<answer::Claimed>(b));
  EXPECT_TRUE(plane.open(second) && plane.open(third));
  plane.apply(command::Abandon{gone});
  plane.apply(command::Release{"a"});
  EXPECT_TRUE(plane.answer<answer::Claimed>(second));
  EXPECT_TRUE(plane.open(third));
  plane.pass(milliseconds{1'000});
  EXPECT_TRUE(plane.answer<answer::NoJob>(third)) << "its wait is over";
  plane.apply(command::Release{"a"});
  EXPECT_TRUE(plane.answer<answer::Claimed>(claim("a"))) << "free again";
}

}  // namespace
}  // namespace pilotlight::core

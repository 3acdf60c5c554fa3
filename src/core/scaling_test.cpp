// Workers of the runtime: when they start, when they stop, and what their ends do to jobs.
#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

EndpointPatch scaled(std::int64_t workers_min, std::int64_t workers_max,
                     ScalerType type = ScalerType::queue_delay, std::int64_t value_milli = 4'000) {
  EndpointPatch patch;
  patch.workers_min = workers_min;
  patch.workers_max = workers_max;
  patch.scaler_type = type;
  patch.scaler_value_milli = value_milli;
  patch.idle_timeout = milliseconds{5'000};
  return patch;
}

TEST(Scaling, the_first_job_starts_a_worker_in_the_same_call) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint(scaled(0, 3));
  EXPECT_TRUE(plane.started().empty());
  plane.submit(endpoint);
  EXPECT_EQ(plane.started().size(), 1U);
}

TEST(Scaling, no_tick_wakes_an_endpoint_without_jobs) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint(scaled(0, 3));
  EXPECT_EQ(plane.next_deadline(), std::nullopt);
  plane.submit(endpoint);
  EXPECT_EQ(plane.next_deadline(), plane.now() + milliseconds{4'000}) << "the next step of the queue delay";
}

TEST(Scaling, queue_delay_adds_one_worker_per_delay_up_to_the_maximum) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint(scaled(0, 3));
  for (int i = 0; i < 9; ++i) plane.submit(endpoint);
  plane.pass(milliseconds{3'999});
  EXPECT_EQ(plane.started().size(), 1U);
  plane.pass(milliseconds{1});
  EXPECT_EQ(plane.started().size(), 2U);
  plane.pass(milliseconds{4'000});
  EXPECT_EQ(plane.started().size(), 3U);
  plane.pass(milliseconds{60'000});
  EXPECT_EQ(plane.started().size(), 3U);
}

TEST(Scaling, request_count_wants_a_worker_for_each_so_many_jobs) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint(scaled(0, 10, ScalerType::request_count, 2'000));
  for (int i = 0; i < 5; ++i) plane.submit(endpoint);
  EXPECT_EQ(plane.started().size(), 3U);
}

TEST(Scaling, low_priority_jobs_start_nobody) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint(scaled(0, 3));
  const JobId job = plane.submit(endpoint, {std::nullopt, std::nullopt, true});
  plane.pass(milliseconds{60'000});
  EXPECT_TRUE(plane.started().empty());
  EXPECT_EQ(plane.live(endpoint, job)->waiting.reason, WaitReason::low_priority);
}

TEST(Scaling, idle_surplus_above_workers_min_stops_after_the_idle_timeout) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint(scaled(1, 3));
  ASSERT_EQ(plane.started().size(), 1U);
  const WorkerId kept = plane.started()[0];
  plane.poll(kept);
  const JobId first = plane.submit(endpoint);
  plane.submit(endpoint);
  plane.pass(milliseconds{4'000});
  ASSERT_EQ(plane.started().size(), 2U);
  const WorkerId surplus = plane.started()[1];
  const JobId second = plane.take(surplus);
  plane.finish(kept, first);
  plane.poll(kept);
  plane.finish(surplus, second);
  plane.poll(surplus);
  plane.pass(milliseconds{4'999});
  EXPECT_TRUE(plane.stopped().empty());
  plane.pass(milliseconds{1});
  EXPECT_EQ(plane.stopped().size(), 1U);
}

TEST(Scaling, a_lower_maximum_lets_busy_workers_finish_and_starts_none) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint(scaled(0, 2, ScalerType::request_count, 1'000));
  plane.submit(endpoint), plane.submit(endpoint);
  ASSERT_EQ(plane.started().size(), 2U);
  const WorkerId one = plane.started()[0], two = plane.started()[1];
  const JobId of_one = plane.take(one), of_two = plane.take(two);
  command::SaveEndpoint lower;
  lower.id = endpoint;
  lower.patch.workers_max = 1;
  plane.ask<answer::EndpointSaved>(lower);
  EXPECT_TRUE(plane.stopped().empty()) << "a busy worker is never stopped by scaling";
  EXPECT_TRUE(plane.finish(one, of_one));
  EXPECT_TRUE(plane.finish(two, of_two));
  EXPECT_EQ(plane.stopped().size(), 1U);
}

TEST(Scaling, a_dead_workers_job_goes_back_charged_and_a_new_worker_starts) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint(scaled(0, 1));
  const JobId job = plane.submit(endpoint);
  const WorkerId worker = plane.started().at(0);
  plane.take(worker);
  plane.apply(command::WorkerExited{worker, -1, 9, "killed"});
  EXPECT_EQ(plane.live(endpoint, job)->state, JobState::in_queue);
  EXPECT_EQ(plane.live(endpoint, job)->retries, 1);
  EXPECT_FALSE(plane.finish(worker, job)) << "the dead do not answer";
  EXPECT_EQ(plane.started().size(), 2U);
}

TEST(Scaling, a_crash_loop_backs_off_and_says_so_with_the_last_words) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint(scaled(0, 1));
  const JobId job = plane.submit(endpoint);
  std::vector<milliseconds> gaps;
  Timestamp last = plane.now();
  for (std::size_t attempt = 1; attempt <= 6; ++attempt) {
    while (plane.started().size() < attempt) plane.pass(milliseconds{50});
    gaps.push_back(plane.now() - last);
    last = plane.now();
    plane.apply(command::WorkerExited{plane.started().back(), 3, 0, "no such module"});
  }
  EXPECT_GE(gaps[5], 3 * gaps[3]) << "the wait doubles";
  const auto waiting = plane.live(endpoint, job)->waiting;
  EXPECT_EQ(waiting.reason, WaitReason::crash_loop);
  EXPECT_EQ(waiting.exit_code, 3);
  EXPECT_EQ(waiting.detail, "no such module");
  EXPECT_GT(waiting.until.value(), plane.now());
}

TEST(Scaling, every_wait_has_its_reason) {
  Plane plane;
  const EndpointId at_zero = plane.make_endpoint(scaled(0, 0));
  EXPECT_EQ(plane.live(at_zero, plane.submit(at_zero))->waiting.reason, WaitReason::endpoint_at_zero);
  const EndpointId starting = plane.make_endpoint(scaled(0, 1));
  const JobId first = plane.submit(starting);
  EXPECT_EQ(plane.live(starting, first)->waiting.reason, WaitReason::no_worker_yet);
  plane.take(plane.started().back());
  EXPECT_EQ(plane.live(starting, plane.submit(starting))->waiting.reason, WaitReason::workers_max_reached);
  const EndpointId roomy = plane.make_endpoint(scaled(0, 2));
  plane.submit(roomy);
  plane.take(plane.started().back());
  const auto waiting = plane.live(roomy, plane.submit(roomy))->waiting;
  EXPECT_EQ(waiting.reason, WaitReason::workers_busy);
  EXPECT_EQ(waiting.until, plane.now() + milliseconds{4'000});
  plane.apply(command::Drain{});
  EXPECT_EQ(plane.health(roomy).waiting.reason, WaitReason::shutting_down);
}

TEST(Scaling, a_worker_that_never_polls_is_killed_as_a_failed_start) {
  Limits limits;
  Plane plane(limits);
  const EndpointId endpoint = plane.make_endpoint(scaled(0, 1));
  const JobId job = plane.submit(endpoint);
  plane.pass(limits.init_timeout);
  const auto stops = plane.all<effect::StopWorker>();
  ASSERT_EQ(stops.size(), 1U);
  EXPECT_EQ(stops[0].grace, milliseconds{0});
  plane.apply(command::WorkerExited{stops[0].worker, 0, 9, ""});
  EXPECT_NE(plane.live(endpoint, job)->waiting.detail.find("did not ask for a job within"),
            std::string::npos);
}

TEST(Scaling, an_endpoints_init_timeout_precedes_its_templates) {
  Limits limits;
  Plane plane(limits);
  command::SaveTemplate change;
  change.id = TemplateId::parse("template01").value();
  change.patch.init_timeout.emplace(limits.init_timeout * 2);
  plane.apply(change);
  const EndpointId endpoint = plane.make_endpoint(scaled(0, 1));
  const JobId job = plane.submit(endpoint);
  plane.pass(limits.init_timeout * 2 - milliseconds{1});
  EXPECT_TRUE(plane.all<effect::StopWorker>().empty());
  plane.pass(milliseconds{1});
  ASSERT_EQ(plane.all<effect::StopWorker>().size(), 1U);
  plane.apply(command::WorkerExited{plane.started().at(0), 0, 9, ""});
  EXPECT_NE(plane.live(endpoint, job)->waiting.detail.find("for a job within 840 s"), std::string::npos);

  command::SaveEndpoint shorter;
  shorter.id = endpoint;
  shorter.patch.init_timeout.emplace(milliseconds{5'000});
  plane.apply(shorter);
  plane.pass(limits.backoff_max);
  ASSERT_GE(plane.started().size(), 2U);
  const WorkerId second = plane.started().at(1);
  EXPECT_TRUE(plane.was_stopped(second)) << "within five seconds";
}

TEST(Scaling, a_change_of_the_template_replaces_the_workers) {
  Plane plane;
  plane.make_endpoint(scaled(1, 1));
  const WorkerId old = plane.started().at(0);
  plane.poll(old);
  command::SaveTemplate change;
  change.id = TemplateId::parse("template01").value();
  change.patch.command = "python other.py";
  plane.ask<answer::TemplateSaved>(change);
  EXPECT_TRUE(plane.was_stopped(old));
  plane.apply(command::WorkerExited{old, 0, 0, ""});
  ASSERT_EQ(plane.started().size(), 2U);
  EXPECT_EQ(plane.all<effect::StartWorker>()[1].command, "python other.py");
}

TEST(Scaling, a_drain_answers_polls_and_ends_once_no_job_is_held) {
  Plane plane;
  const EndpointId endpoint = plane.make_endpoint(scaled(0, 1));
  const JobId job = plane.submit(endpoint);
  const WorkerId worker = plane.started().at(0);
  plane.take(worker);
  const Ticket parked = plane.poll(worker, true);
  plane.apply(command::Drain{});
  EXPECT_NE(plane.answer<answer::NoJob>(parked), nullptr);
  EXPECT_TRUE(plane.was_stopped(worker));
  EXPECT_TRUE(plane.all<effect::Drained>().empty());
  EXPECT_EQ(plane.ask<answer::Refused>(plane.new_job(endpoint)).code, Errc::unavailable);
  EXPECT_TRUE(plane.finish(worker, job));
  EXPECT_EQ(plane.all<effect::Drained>().size(), 1U);
}

}  // namespace
}  // namespace pilotlight::core

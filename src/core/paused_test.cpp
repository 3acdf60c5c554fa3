#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

class Paused : public testing::Test {
 protected:
  /// How a new job is answered: that it is accepted, or the message of the refusal.
  std::string submit() {
    const Ticket ticket = plane.apply(plane.new_job(endpoint));
    const auto* refused = plane.answer<answer::Refused>(ticket);
    if (refused == nullptr) return accepted;
    EXPECT_EQ(refused->code, Errc::conflict);
    return refused->message;
  }
  /// Changes the endpoint.
  void save(std::optional<std::int64_t> workers_max = {}) {
    command::SaveEndpoint change;
    change.id = endpoint;
    change.patch.workers_max = workers_max;
    change.patch.idle_timeout = seconds{++saves};
    plane.ask<answer::EndpointSaved>(change);
  }
  /// A poll that is answered with no job at once.
  void poll_and_leave(const WorkerId& worker) { plane.apply(command::Abandon{plane.poll(worker)}); }

  const std::string accepted = "accepted", paused = std::string(answer::endpoint_paused);
  int saves = 0;
  Plane plane{{}, PausedEndpoints::refuse};
  const EndpointId endpoint = plane.make_idle_endpoint();
};

TEST_F(Paused, new_jobs_are_refused_until_workers_max_is_raised) {
  EXPECT_EQ(submit(), paused);
  save(1);
  EXPECT_EQ(submit(), accepted);
  save(0);
  EXPECT_EQ(submit(), paused);
  EXPECT_EQ(plane.health(endpoint).in_queue, 1u);
}

TEST_F(Paused, only_a_poll_of_a_worker_started_by_hand_counts) {
  const WorkerId worker = plane.register_worker(endpoint);
  plane.ping(worker, {});
  EXPECT_EQ(submit(), paused);
  poll_and_leave(worker);
  EXPECT_EQ(submit(), accepted);
  plane.pass(Limits{}.by_hand_unused * 3);
  EXPECT_EQ(plane.health(endpoint).idle, 0u);
  EXPECT_EQ(submit(), accepted);
}

TEST_F(Paused, a_poll_of_a_worker_of_the_runtime_does_not_count) {
  save(1);
  EXPECT_EQ(submit(), accepted);
  const WorkerId worker = plane.started().at(0);
  save(0);
  plane.poll(worker);
  EXPECT_EQ(submit(), paused);
}

TEST_F(Paused, a_saved_endpoint_waits_for_the_next_poll) {
  const WorkerId worker = plane.register_worker(endpoint);
  poll_and_leave(worker);
  save();
  EXPECT_EQ(submit(), paused);
  plane.poll(worker);
  save();
  EXPECT_EQ(submit(), accepted) << "a poll was open when the endpoint was saved";
}

TEST_F(Paused, a_template_saved_alone_changes_nothing) {
  poll_and_leave(plane.register_worker(endpoint));
  command::SaveTemplate change;
  change.id = TemplateId::parse("template01").value();
  change.patch.command = "python other.py";
  plane.ask<answer::TemplateSaved>(change);
  EXPECT_EQ(submit(), accepted);
}

TEST_F(Paused, a_restart_remembers_the_poll) {
  poll_and_leave(plane.register_worker(endpoint));
  plane.restart({});
  EXPECT_EQ(submit(), accepted);
  save();
  plane.restart({});
  EXPECT_EQ(submit(), paused);
}

TEST_F(Paused, queued_jobs_stay_and_may_be_retried) {
  const WorkerId worker = plane.register_worker(endpoint);
  poll_and_leave(worker);
  const JobId job = plane.submit(endpoint), waiting = plane.submit(endpoint);
  EXPECT_EQ(plane.take(worker), job);
  plane.ask<answer::JobFinished>(command::FinishJob{ticket_none, worker, job, true, {}, false});
  save();
  EXPECT_EQ(submit(), paused);
  EXPECT_EQ(plane.live(endpoint, waiting)->state, JobState::in_queue);
  plane.ask<answer::JobAccepted>(command::RetryJob{ticket_none, *plane.ended(job), plane.now()});
  plane.pass(Limits{}.ping_interval * Limits{}.missed_pings_max);
  EXPECT_EQ(plane.live(endpoint, job)->waiting.reason, WaitReason::endpoint_at_zero);
}

TEST_F(Paused, of_several_jobs_none_is_accepted) {
  command::SubmitJobs jobs;
  for (int i = 0; i < 2; ++i) jobs.jobs.push_back(plane.new_job(endpoint));
  const auto told = plane.ask<answer::JobsAccepted>(jobs);
  EXPECT_EQ(told.count, 0u);
  ASSERT_TRUE(told.refusal);
  EXPECT_EQ(told.refusal->message, paused);
}

TEST_F(Paused, a_load_balancing_endpoint_has_no_queue_to_pause) {
  EndpointPatch patch;
  patch.workers_max = 0;
  patch.kind = EndpointKind::load_balancer;
  const auto refused = plane.ask<answer::Refused>(plane.new_job(plane.make_endpoint(patch)));
  EXPECT_EQ(refused.code, Errc::invalid);
}

}  // namespace
}  // namespace pilotlight::core

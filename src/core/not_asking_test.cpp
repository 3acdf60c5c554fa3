// Workers that hold no job and ask for none.
#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

constexpr SdkVersion keeps_jobs{1, 9, 1};

/// An endpoint with one worker at most, and a job that nobody was ever given.
struct NotAsking : testing::Test {
  EndpointId one_worker() {
    EndpointPatch patch;
    patch.workers_max = 1;
    patch.idle_timeout = milliseconds{3'600'000};
    return plane.make_endpoint(patch);
  }
  void pings(const WorkerId& worker, milliseconds time, const std::vector<JobId>& jobs) {
    for (const Timestamp end = plane.now() + time; plane.now() < end; plane.pass(milliseconds{5'000}))
      plane.apply(command::Heartbeat{worker, jobs, keeps_jobs, {}});
  }
  Waiting waiting(const EndpointId& endpoint, const JobId& job) { return plane.live(endpoint, job)->waiting; }
  static bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  Plane plane;
  const JobId ghost = JobId::make(4711, false, 1);
};

TEST_F(NotAsking, starting_worker_that_pings_ghosts_is_named_then_killed) {
  const EndpointId endpoint = one_worker();
  const JobId job = plane.submit(endpoint);
  const WorkerId worker = plane.started().at(0);
  plane.pass(milliseconds{60'000});  // its imports
  const Timestamp first_ping = plane.now();
  pings(worker, milliseconds{5'000}, {ghost});
  EXPECT_EQ(waiting(endpoint, job).reason, WaitReason::no_worker_yet);
  pings(worker, milliseconds{5'000}, {ghost});
  const Waiting named = waiting(endpoint, job);
  EXPECT_EQ(named.reason, WaitReason::worker_not_asking);
  for (const std::string& part : {worker.text(), ghost.text(), std::string(".runpod_jobs.pkl")})
    EXPECT_TRUE(says(named.text, part)) << named.text;
  EXPECT_EQ(named.until, first_ping + milliseconds{30'000});
  pings(worker, milliseconds{20'000}, {ghost});
  ASSERT_TRUE(plane.was_stopped(worker));
  EXPECT_EQ(plane.all<effect::StopWorker>().at(0).grace, milliseconds{0});
  plane.apply(command::WorkerExited{worker, 0, 9, "JobScaler: queue is full"});
  const Waiting failed = waiting(endpoint, job);
  EXPECT_EQ(failed.reason, WaitReason::crash_loop);
  for (const char* part : {".runpod_jobs.pkl", "It was replaced.", "JobScaler: queue is full"})
    EXPECT_TRUE(says(failed.detail, part)) << failed.detail;
}

TEST_F(NotAsking, replacements_that_fail_in_the_same_way_back_off) {
  const EndpointId endpoint = one_worker();
  plane.submit(endpoint);
  std::vector<milliseconds> gaps;
  for (std::size_t attempt = 1; attempt <= 5; ++attempt) {
    const Timestamp ended = plane.now();
    while (plane.started().size() < attempt) plane.pass(milliseconds{50});
    gaps.push_back(plane.now() - ended);
    pings(plane.started().back(), milliseconds{30'000}, {ghost});
    plane.apply(command::WorkerExited{plane.started().back(), 0, 9, ""});
  }
  EXPECT_GE(gaps.at(1), milliseconds{1'000});
  EXPECT_GE(gaps.at(4), 3 * gaps.at(2)) << "the wait doubles";
}

TEST_F(NotAsking, idle_worker_that_pings_is_replaced_at_once_the_first_time) {
  const EndpointId endpoint = one_worker();
  const JobId first = plane.submit(endpoint);
  const WorkerId worker = plane.started().at(0);
  plane.take(worker);
  plane.finish(worker, first);
  pings(worker, milliseconds{10'000}, {first});
  const JobId job = plane.submit(endpoint);
  const Waiting named = waiting(endpoint, job);
  EXPECT_EQ(named.reason, WaitReason::worker_not_asking);
  EXPECT_TRUE(says(named.text, "its pings still list " + first.text())) << named.text;
  EXPECT_FALSE(says(named.text, ".runpod_jobs.pkl")) << "it had the job";
  pings(worker, milliseconds{20'000}, {});
  ASSERT_TRUE(plane.was_stopped(worker));
  plane.apply(command::WorkerExited{worker, 0, 15, ""});
  EXPECT_EQ(plane.started().size(), 2U);
}

TEST_F(NotAsking, worker_that_asks_after_a_long_job_is_kept) {
  const EndpointId endpoint = one_worker();
  const JobId job = plane.submit(endpoint);
  const WorkerId worker = plane.started().at(0);
  plane.take(worker);
  pings(worker, milliseconds{60'000}, {job});
  plane.finish(worker, job);
  pings(worker, milliseconds{25'000}, {});
  EXPECT_TRUE(plane.open(plane.poll(worker)));
  pings(worker, milliseconds{15'000}, {});
  EXPECT_FALSE(plane.was_stopped(worker));
}

TEST_F(NotAsking, worker_that_holds_a_job_is_left_alone) {
  const EndpointId endpoint = one_worker();
  plane.submit(endpoint);
  const WorkerId worker = plane.started().at(0);
  plane.take(worker);
  const JobId behind = plane.submit(endpoint);
  pings(worker, milliseconds{120'000}, {ghost});
  EXPECT_EQ(waiting(endpoint, behind).reason, WaitReason::workers_max_reached);
  EXPECT_FALSE(plane.was_stopped(worker));
}

TEST_F(NotAsking, worker_started_by_hand_is_only_named) {
  const EndpointId endpoint = plane.make_idle_endpoint();
  const WorkerId worker = plane.register_worker(endpoint);
  const JobId job = plane.submit(endpoint);
  pings(worker, milliseconds{60'000}, std::vector<JobId>(1'000, ghost));
  const Waiting named = waiting(endpoint, job);
  EXPECT_EQ(named.reason, WaitReason::worker_not_asking);
  EXPECT_EQ(named.until, std::nullopt);
  EXPECT_TRUE(says(named.text, "start it again")) << named.text;
  EXPECT_TRUE(says(named.text, "and 997 more")) << named.text;
  EXPECT_LT(named.text.size(), 600U);
  EXPECT_EQ(plane.take(worker), job) << "it is still welcome";
}

}  // namespace
}  // namespace pilotlight::core

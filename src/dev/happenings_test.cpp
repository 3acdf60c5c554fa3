#include "dev/happenings.hpp"

#include <gtest/gtest.h>

namespace pilotlight::dev {
namespace {

std::string texts(const std::vector<Happening>& happenings) {
  std::string all;
  for (const Happening& one : happenings) all += one.text + "\n";
  return all;
}

WorkerSeen seen_worker(std::string state) {
  return {"w1", std::move(state), 0, 1'000, {}, {}, 0};
}

TEST(Happenings, of_a_worker_tell_each_state_once) {
  Happenings happenings;
  EXPECT_EQ(texts(happenings.of_workers({0, {seen_worker("STARTING")}})), "worker w1 starts\n");
  EXPECT_EQ(texts(happenings.of_workers({0, {seen_worker("STARTING")}})), "");
  EXPECT_FALSE(happenings.newest_is_ready());
  WorkerSeen ready = seen_worker("IDLE");
  ready.started = 1'040;
  ready.ready = 1'940;
  EXPECT_EQ(
      texts(happenings.of_workers({0, {ready}})),
      "worker w1 is ready after 0.94 s: its process started after 0.04 s and asked for a job 0.90 s later\n");
  EXPECT_TRUE(happenings.newest_is_ready());
  EXPECT_FALSE(happenings.busy());
  ready.state = "DRAINING";
  EXPECT_EQ(texts(happenings.of_workers({1, {ready}})), "worker w1 ends its job and then stops\n");
  EXPECT_FALSE(happenings.newest_is_ready()) << "it is of an old version";
  ready.state = "STOPPING";
  EXPECT_EQ(texts(happenings.of_workers({1, {ready}})), "worker w1 stops\n");
  EXPECT_EQ(texts(happenings.of_workers({1, {}})), "worker w1 is gone\n");
}

TEST(Happenings, of_jobs_are_their_ends_oldest_first) {
  Happenings happenings;
  EXPECT_EQ(texts(happenings.of_jobs({{"old", "COMPLETED", "", 1, 1}})), "");
  const std::vector<JobSeen> seen{{"c", "IN_QUEUE", "", {}, {}},
                                  {"b", "FAILED", "it broke", 20, 30},
                                  {"a", "COMPLETED", "", 10, 12'000},
                                  {"old", "COMPLETED", "", 1, 1}};
  EXPECT_EQ(texts(happenings.of_jobs(seen)),
            "job a COMPLETED, waited 0.01 s, ran 12 s\njob b FAILED, waited 0.02 s, ran 0.03 s: it broke\n");
  EXPECT_EQ(texts(happenings.of_jobs(seen)), "");
  happenings.of_health({1, 0, 7, 2, {}});
  EXPECT_TRUE(happenings.busy());
  EXPECT_EQ(happenings.state(), "workers: none; jobs: 1 waiting, 0 running, 7 completed, 2 failed");
}

TEST(Happenings, a_retried_job_ends_twice) {
  Happenings happenings;
  happenings.of_jobs({});
  happenings.of_jobs({{"a", "FAILED", "x", 1, 1}});
  happenings.of_jobs({{"a", "IN_PROGRESS", "", 1, {}}});
  EXPECT_EQ(texts(happenings.of_jobs({{"a", "COMPLETED", "", 1, 1}})),
            "job a COMPLETED, waited 0.00 s, ran 0.00 s\n");
}

TEST(Happenings, a_reason_to_wait_is_told_once_it_stands) {
  Happenings happenings;
  const HealthSeen busy{1, 1, 0, 0, WaitSeen{"workers_busy", "all workers run other jobs", "", 0}};
  EXPECT_EQ(texts(happenings.of_health(busy)), "") << "it may pass at once";
  EXPECT_EQ(texts(happenings.of_health(busy)), "waiting (workers_busy): all workers run other jobs\n");
  EXPECT_EQ(texts(happenings.of_health(busy)), "");
  happenings.of_health({});
  happenings.of_health({});
  happenings.of_health(busy);
  EXPECT_EQ(texts(happenings.of_health(busy)), "waiting (workers_busy): all workers run other jobs\n");
}

TEST(Happenings, lines_of_the_package_are_their_messages) {
  EXPECT_EQ(output_text(R"({"requestId": null, "message": "Jobs in queue: 1", "level": "INFO"})"),
            "Jobs in queue: 1");
  EXPECT_EQ(output_text(R"({"requestId": "j-u1", "message": "It broke.\nhere", "level": "ERROR"})"),
            "ERROR It broke.\nhere (job j-u1)");
  for (const char* other :
       {"text", "{\"requestId\": ", R"({"requestId": null})", R"({"message": "of the handler"})"})
    EXPECT_EQ(output_text(other), other);
}

TEST(Happenings, durations_are_short_texts) {
  EXPECT_EQ(duration_text(5), "0.00 s");
  EXPECT_EQ(duration_text(9'876), "9.87 s");
  EXPECT_EQ(duration_text(99'999), "99 s");
  EXPECT_EQ(duration_text(320'000), "5 min 20 s");
}

}  // namespace
}  // namespace pilotlight::dev

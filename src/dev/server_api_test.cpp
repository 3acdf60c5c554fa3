#include "dev/server_api.hpp"

#include <gtest/gtest.h>

namespace pilotlight::dev {
namespace {

TEST(ServerApi, reads_workers) {
  const auto seen = read_workers(
      R"({"version":3,"workers":[{"id":"w","state":"BUSY","byHand":false,"version":2,"createdAt":5,"startedAt":6,)"
      R"("readyAt":null,"runpodVersion":"1.12.0","jobs":["a","b"]}]})");
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->version, 3);
  const WorkerSeen& worker = seen->workers.at(0);
  EXPECT_EQ(worker.state, "BUSY");
  EXPECT_EQ(worker.version, 2);
  EXPECT_EQ(worker.started, 6);
  EXPECT_FALSE(worker.ready);
  EXPECT_EQ(worker.jobs, 2U);
}

TEST(ServerApi, reads_jobs_and_reasons) {
  const auto jobs = read_jobs(
      R"({"requests":[{"id":"j","status":"FAILED","error":"it broke","delayTime":7,"executionTime":8}],"next":null})");
  ASSERT_TRUE(jobs);
  EXPECT_EQ(jobs->at(0).error, "it broke");
  EXPECT_EQ(jobs->at(0).delay, 7);
  const auto health = read_health(
      R"({"jobs":{"inQueue":3,"completed":2},"pilotlight":{"waiting":{"reason":"crash_loop","text":"t","exitCode":1,"detail":"last words"}}})");
  ASSERT_TRUE(health && health->waits);
  EXPECT_EQ(health->queued, 3);
  EXPECT_EQ(health->completed, 2);
  EXPECT_EQ(health->waits->exit_code, 1);
  EXPECT_EQ(health->waits->detail, "last words");
  EXPECT_FALSE(read_health(R"({"jobs":{},"pilotlight":{"waiting":null}})")->waits);
  EXPECT_FALSE(read_health(R"({"jobs":{}})")->waits);
}

TEST(ServerApi, refuses_answers_that_are_none) {
  for (const char* text : {"", "[]", "null", "{\"workers\":1}", "{\"workers\":[1]}", "<html>"})
    EXPECT_EQ(read_workers(text).error().code, Errc::corrupt) << text;
  for (const char* text : {"", "{\"requests\":{}}", "{\"requests\":[[]]}"})
    EXPECT_EQ(read_jobs(text).error().code, Errc::corrupt) << text;
  for (const char* text : {"nothing", "{}", R"({"jobs":[]})"})
    EXPECT_EQ(read_health(text).error().code, Errc::corrupt) << text;
}

}  // namespace
}  // namespace pilotlight::dev

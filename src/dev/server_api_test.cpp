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
  const auto waits = read_waits(
      R"({"jobs":{},"pilotlight":{"waiting":{"reason":"crash_loop","text":"t","exitCode":1,"detail":"last words"}}})");
  ASSERT_TRUE(waits && *waits);
  EXPECT_EQ((*waits)->exit_code, 1);
  EXPECT_EQ((*waits)->detail, "last words");
  EXPECT_FALSE(*read_waits(R"({"jobs":{},"pilotlight":{"waiting":null}})"));
  EXPECT_FALSE(*read_waits("{}"));
}

TEST(ServerApi, refuses_answers_that_are_none) {
  for (const char* text : {"", "[]", "null", "{\"workers\":1}", "{\"workers\":[1]}", "<html>"})
    EXPECT_EQ(read_workers(text).error().code, Errc::corrupt) << text;
  for (const char* text : {"", "{\"requests\":{}}", "{\"requests\":[[]]}"})
    EXPECT_EQ(read_jobs(text).error().code, Errc::corrupt) << text;
  EXPECT_EQ(read_waits("nothing").error().code, Errc::corrupt);
}

}  // namespace
}  // namespace pilotlight::dev

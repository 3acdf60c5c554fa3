#include "api/jobs/webhooks.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

FinalJob failed_job() {
  FinalJob job;
  job.id = JobId::make(5, false, 7);
  job.state = JobState::failed;
  job.finished = timestamp_from_ms(1'234);
  return job;
}

TEST(Webhooks, bodies_are_the_view_with_input_and_url) {
  const Body extras =
      make_body(R"("webhook":"https:\/\/example.org\/a?b=\"c","s3Config":{"accessSecret":"s"})");
  EXPECT_EQ(webhook_url(extras), "https://example.org/a?b=\"c");
  const FinalJob job = failed_job();
  EXPECT_EQ(
      *webhook_body(job, make_body(R"("error":"it broke")"), make_body("[1, 2]"), extras),
      R"({"id":")" + job.id.text() +
          R"(","status":"FAILED","error":"it broke","input":[1, 2],"webhook":"https://example.org/a?b=\"c"})");
  EXPECT_EQ(*webhook_body(job, nullptr, nullptr, nullptr),
            R"({"id":")" + job.id.text() + R"(","status":"FAILED","webhook":""})");
}

TEST(Webhooks, a_job_without_one_has_no_url) {
  EXPECT_EQ(webhook_url(nullptr), "");
  EXPECT_EQ(webhook_url(make_body(R"("s3Config":{"webhook":"x"})")), "");
}

}  // namespace
}  // namespace pilotlight::api

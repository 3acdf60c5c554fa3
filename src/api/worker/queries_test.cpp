#include "api/worker/queries.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

net::Request query(std::string text) {
  net::Request request;
  request.query = std::move(text);
  return request;
}

TEST(WorkerQueries, the_token_is_in_the_query_alone) {
  net::Request request;
  request.authorization = "Bearer 123";
  EXPECT_EQ(token_of(request), "");
  request.query = "gpu=x&token=456";
  EXPECT_EQ(token_of(request), "456");
}

TEST(WorkerQueries, the_header_tells_the_version_before_the_query) {
  net::Request request = query("runpod_version=1.7.4.dev5");
  EXPECT_EQ(sdk_of(request), (SdkVersion{1, 7, 4}));
  request.user_agent = "RunPod-Python-SDK/1.12.0 (Linux 6.1; x86_64)";
  EXPECT_EQ(sdk_of(request), (SdkVersion{1, 12, 0}));
}

TEST(WorkerQueries, what_is_no_version_is_not_known) {
  for (const char* text : {"", "runpod_version=1.7", "runpod_version=a.b.c", "runpod_version=1.-2.3",
                           "runpod_version=99999.1.2"})
    EXPECT_EQ(sdk_of(query(text)), SdkVersion()) << text;
}

TEST(WorkerQueries, a_batch_is_of_one_to_a_thousand) {
  EXPECT_EQ(batch_size_of(query("batch_size=64")), 64U);
  for (const char* text : {"", "batch_size=0", "batch_size=-1", "batch_size=x"})
    EXPECT_EQ(batch_size_of(query(text)), 1U) << text;
  EXPECT_EQ(batch_size_of(query("batch_size=5000")), 1'000U);
}

TEST(WorkerQueries, only_0_and_1_say_whether_it_has_a_job) {
  EXPECT_EQ(job_in_progress_of(query("job_in_progress=1")), true);
  EXPECT_EQ(job_in_progress_of(query("job_in_progress=0")), false);
  for (const char* text : {"", "job_in_progress=", "job_in_progress=2"})
    EXPECT_EQ(job_in_progress_of(query(text)), std::nullopt) << text;
}

TEST(WorkerQueries, a_ping_names_its_jobs_whatever_else_is_among_them) {
  const std::string a = JobId::make(7, false, 1).text(), b = JobId::make(8, true, 2).text();
  const auto jobs = pinged_jobs_of(query("job_id=" + a + "%2C,x," + b));
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[0].text() + jobs[1].text(), a + b);
}

TEST(WorkerQueries, the_reason_of_an_unhealthy_worker_is_told_in_bounds) {
  EXPECT_EQ(unhealthy_of(query("status=unhealthy&check=c&reason=no+GPU")),
            "the worker's own check c failed: no GPU");
  EXPECT_LT(unhealthy_of(query("status=unhealthy&reason=" + std::string(5'000, 'x')))->size(), 600U);
  EXPECT_EQ(unhealthy_of(query("reason=x")), std::nullopt);
}

}  // namespace
}  // namespace pilotlight::api

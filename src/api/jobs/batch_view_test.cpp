#include "api/jobs/batch_view.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

Batch batch(BatchState state, std::uint32_t requests) {
  Batch value;
  value.number = 0xabc;
  value.endpoint = *EndpointId::parse("endpoint000001");
  value.state = state;
  value.requests = requests;
  value.created = timestamp_from_ms(5);
  return value;
}

BatchEntry entry(std::optional<JobState> state) {
  BatchEntry value;
  value.request.id = JobId::make(77, false, 1);
  if (state && is_final(*state)) {
    FinalJob job;
    job.state = *state;
    job.finished = timestamp_from_ms(9'000);
    job.leased = timestamp_from_ms(7'000);
    value.job = job;
  } else if (state) {
    Job job;
    job.state = *state;
    if (*state == JobState::in_progress) job.leased = timestamp_from_ms(7'000);
    value.job = job;
  }
  return value;
}

TEST(BatchView, ids_are_read_back) {
  EXPECT_EQ(batch_id(0xabc), "batch_0000000000000abc");
  EXPECT_EQ(parse_batch_id("batch_0000000000000abc"), 0xabcU);
  for (const char* bad :
       {"", "batch_", "batch_abc", "batch_0000000000000ABC", "0000000000000abc", "batch_0000000000000abcd",
        "batch_ffffffffffffffff", "batch_000000000000 abc", "batch_-000000000000abc"})
    EXPECT_EQ(parse_batch_id(bad), std::nullopt) << bad;
}

TEST(BatchView, of_a_batch) {
  service::CountedBatch counted{batch(BatchState::finalized, 7), {}};
  counted.counts.in_progress = 1;
  counted.counts.completed = 2;
  counted.counts.failed = 3;
  JsonWriter json;
  add_batch(json, counted);
  EXPECT_EQ(
      json.done(),
      R"({"id":"batch_0000000000000abc","endpointId":"endpoint000001","status":"FINALIZED",)"
      R"("requestTotal":7,"requestInProgress":1,"requestCompleted":2,"requestFailed":3,"createdAt":5})");
}

TEST(BatchView, of_requests) {
  const std::string id = "{\"id\":\"" + entry({}).request.id.text() + "\",";
  const auto shown = [&](BatchState state, std::optional<JobState> job, const char* result = "") {
    const std::string json = batch_request_json(batch(state, 1), entry(job), make_body(result));
    EXPECT_TRUE(json.starts_with(id)) << json;
    return json.substr(std::min(json.size(), id.size()));
  };
  EXPECT_EQ(shown(BatchState::draft, {}), R"("status":"DRAFT"})");
  EXPECT_EQ(shown(BatchState::cancelled, {}), R"("status":"CANCELLED"})");
  EXPECT_EQ(shown(BatchState::finalized, {}), R"("status":"EXPIRED"})");
  EXPECT_EQ(shown(BatchState::finalized, JobState::in_queue), R"("status":"IN_QUEUE"})");
  EXPECT_EQ(shown(BatchState::finalized, JobState::in_progress),
            R"("status":"IN_PROGRESS","startedAt":7000})");
  EXPECT_EQ(shown(BatchState::finalized, JobState::completed, R"("output":[1])"),
            R"("status":"COMPLETED","startedAt":7000,"completedAt":9000,"output":[1]})");
}

}  // namespace
}  // namespace pilotlight::api

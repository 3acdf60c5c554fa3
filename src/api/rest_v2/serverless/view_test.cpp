#include "api/rest_v2/serverless/view.hpp"

#include <gtest/gtest.h>

#include "api/rest_v2/serverless/schemas.hpp"
#include "api/rest_v2/serverless/shown.hpp"
#include "api/rest_v2/serverless/workers.hpp"
#include "api/rest_v2/validate.hpp"

namespace pilotlight::api::rest_v2::serverless {
namespace {

std::string problems_in(const std::string& json, const Schema& schema) {
  const auto document = JsonDocument::read(copy_body(json));
  if (!document) return json;
  std::string all;
  for (const std::string& problem : problems_of(document->root(), schema, "$")) all += problem + "\n";
  return all;
}

Endpoint an_endpoint() {
  Endpoint endpoint;
  endpoint.id = EndpointId::parse("endpoint1").value();
  endpoint.name = "demo \"1\"";
  endpoint.gpu_ids = "ADA_24,-NVIDIA L4";
  return endpoint;
}

bool has(const std::string& view, std::string_view text) {
  return view.find(text) != std::string::npos;
}

TEST(EndpointView, shows_endpoint_and_container) {
  Template used;
  used.image = "me/worker:1";
  used.ports = "8000/http,22/tcp";
  const Endpoint endpoint = an_endpoint();
  const std::string view = endpoint_view({endpoint, &used, {{{"A \"", "ä\n"}, {"B", ""}}}}, "http://here");
  EXPECT_EQ(problems_in(view, endpoint_answer), "");
  EXPECT_TRUE(has(view, R"("name":"demo \"1\"","type":"QUEUE")"));
  EXPECT_TRUE(has(view, R"("status":"http://here/v2/endpoint1/status/{job_id}")"));
  EXPECT_TRUE(has(view, R"("purgeQueue":"http://here/v2/endpoint1/purge-queue")"));
  EXPECT_TRUE(has(view, R"("image":"me/worker:1","args":"","disk":1,"env":{"A \"":"ä\n","B":""})"));
  EXPECT_TRUE(has(view, R"("ports":["8000/http","22/tcp"],"registry":null)"));
  EXPECT_TRUE(has(view, R"("gpu":{"pools":["ADA_24"],"excludedTypes":["NVIDIA L4"],"count":1)"));
  EXPECT_TRUE(has(view, R"("workers":{"min":0,"max":3,"idleTimeout":10})"));
  EXPECT_TRUE(has(view, R"("scaling":{"type":"QUEUE_DELAY","queueDelay":4})"));
  EXPECT_TRUE(has(view, R"("timeout":600000,"flashboot":"OFF")"));
}

TEST(EndpointView, is_valid_for_odd_rows) {
  Endpoint odd = an_endpoint();
  odd.gpu_ids = "NOPE,,-,--x,-x,-x";
  odd.gpu_count = 0;
  odd.min_cuda_version = "abc";
  odd.allowed_cuda_versions = ",a,12.4";
  odd.locations = "??";
  odd.idle_timeout = milliseconds{0};
  odd.scaler_value_milli = 1;
  const std::string view = endpoint_view({odd, nullptr, std::nullopt}, "");
  EXPECT_EQ(problems_in(view, endpoint_answer), "");
  EXPECT_TRUE(has(view, R"({"pools":["NOPE"],"excludedTypes":["x"],"count":1,"allowedCudaVersions":["12.4"],)"
                        R"("minCudaVersion":null})"));
  EXPECT_TRUE(has(view, R"("idleTimeout":1})") && has(view, R"("queueDelay":0.5})"));
  EXPECT_TRUE(has(view, R"("dataCenterIds":["??"])") && !has(view, "\"env\""));
  odd.gpu_ids = "-,";
  odd.scaler_type = ScalerType::request_count;
  const std::string without = endpoint_view({odd, nullptr, std::nullopt}, "");
  EXPECT_EQ(problems_in(without, endpoint_answer), "");
  EXPECT_TRUE(has(without, R"("gpu":null)") && !has(without, "idleTimeout"));
  odd.instance_ids = {"", "cpu3c-1-2", "odd", "cpu3c-2-4", "-2-4"};
  const std::string cpus = endpoint_view({odd, nullptr, std::nullopt}, "");
  EXPECT_EQ(problems_in(cpus, endpoint_answer), "");
  EXPECT_TRUE(has(cpus,
                  R"("cpu":[{"id":"cpu3c","vcpuCount":2,"memory":2},{"id":"odd","vcpuCount":2,"memory":1},)"
                  R"({"id":"-2-4","vcpuCount":2,"memory":1}])"));
}

TEST(EndpointView, shows_fractions_and_countries) {
  Endpoint endpoint = an_endpoint();
  endpoint.scaler_value_milli = 12'340;
  endpoint.locations = "CZ, EU-RO-1,CZ,MARS-1";
  EXPECT_TRUE(has(endpoint_view({endpoint, nullptr, std::nullopt}, ""), R"("queueDelay":12.34})"));
  EXPECT_EQ(shown_data_centers(endpoint), (std::vector<std::string>{"EU-CZ-1", "EU-RO-1", "MARS-1"}));
  endpoint.locations = "US";
  EXPECT_GT(shown_data_centers(endpoint).size(), 10U);
  endpoint.locations = "JP,AU,IS";
  EXPECT_EQ(shown_data_centers(endpoint),
            (std::vector<std::string>{"AP-JP-1", "OC-AU-1", "EUR-IS-1", "EUR-IS-2", "EUR-IS-3"}));
}

answer::WorkerStatus a_worker(const char* id, WorkerState state, std::int64_t version,
                              WorkerOrigin origin = WorkerOrigin::runtime) {
  answer::WorkerStatus worker;
  worker.worker.id = WorkerId::parse(id).value();
  worker.worker.state = state;
  worker.worker.origin = origin;
  worker.worker.endpoint_version = version;
  return worker;
}

TEST(WorkersView, counts_as_health_does) {
  answer::Workers told{2, {}};
  told.workers = {a_worker("a", WorkerState::busy, 2),
                  a_worker("b", WorkerState::busy, 1),
                  a_worker("c", WorkerState::starting, 2),
                  a_worker("d", WorkerState::starting, 2),
                  a_worker("e", WorkerState::stopping, 1),
                  a_worker("f", WorkerState::draining, 1),
                  a_worker("g", WorkerState::starting, 2, WorkerOrigin::by_hand)};
  told.workers[1].jobs = told.workers[5].jobs = {JobId::make(1, false, 1)};
  told.workers[3].unhealthy = true;
  told.workers[0].started = timestamp_from_ms(1'000);
  const service::SeenEndpoint seen{{std::make_shared<Endpoint>(an_endpoint()), {}}, nullptr};
  const std::string view = workers_view({seen, told, timestamp_from_ms(3'500)}, {"workers", {}, {}});
  EXPECT_EQ(problems_in(view, workers_answer), "");
  EXPECT_TRUE(
      has(view, R"("summary":{"running":2,"idle":1,"initializing":1,"throttled":0,"unhealthy":1,"total":5},)"
                R"("endpointVersion":2)"));
  EXPECT_TRUE(has(view, R"({"id":"a","status":"IDLE","isStale":false,"version":2,"gpuCount":1)"));
  EXPECT_TRUE(has(view, R"("uptimeSeconds":2)") &&
              has(view, R"("id":"b","status":"RUNNING","isStale":true)"));
  EXPECT_TRUE(
      has(releases_view(told, {"releases", {}, {}}),
          R"({"inProgress":true,"workersOnLatest":3,"workersTotal":5,"percentOnLatest":60},"releases":[])"));
  EXPECT_EQ(problems_in(releases_view({}, {"releases", {}, {}}), releases_answer), "");
  EXPECT_TRUE(has(releases_view({}, {"releases", {}, {}}), R"("percentOnLatest":100)"));
}

TEST(WorkersView, shows_a_page_beside_a_whole_summary) {
  answer::Workers told{0, {a_worker("a", WorkerState::idle, 0), a_worker("b", WorkerState::idle, 0)}};
  told.workers[1].worker.created = timestamp_from_ms(5);
  const service::SeenEndpoint seen{{std::make_shared<Endpoint>(an_endpoint()), {}}, nullptr};
  const std::string view = workers_view({seen, told, {}}, {"workers", 1, {}});
  EXPECT_TRUE(has(view, R"("id":"b")") && !has(view, R"("id":"a")")) << "newest first";
  EXPECT_TRUE(has(view, R"("total":2)") && has(view, R"("hasNextPage":true)"));
}

}  // namespace
}  // namespace pilotlight::api::rest_v2::serverless

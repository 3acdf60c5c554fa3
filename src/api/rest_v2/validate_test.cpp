#include "api/rest_v2/validate.hpp"

#include <gtest/gtest.h>

#include "api/rest_v2/bodies.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

std::vector<std::string> problems_in(std::string text, const Schema& schema) {
  const auto document = JsonDocument::read(make_body(std::move(text)));
  EXPECT_TRUE(document);
  return problems_of(document->root(), schema, "$");
}

using Problems = std::vector<std::string>;

TEST(Validate, names_what_is_missing_and_what_is_unknown) {
  EXPECT_EQ(problems_in(R"({"name":"v","size":10})", create_network_volume_request),
            Problems{"$: missing property 'dataCenter'"});
  EXPECT_EQ(problems_in(R"({"dataCenterId":"EU-RO-1","x":1})", create_network_volume_request),
            (Problems{"$: missing property 'name'", "$: missing property 'size'",
                      "$: missing property 'dataCenter'",
                      "$: additional properties 'dataCenterId', 'x' not allowed"}));
  EXPECT_EQ(problems_in("{}", update_network_volume_request), Problems{"$: minProperties: got 0, want 1"});
  EXPECT_EQ(problems_in("[]", update_ssh_keys_request), Problems{"$: got array, want object"});
}

TEST(Validate, names_the_place_of_a_wrong_value) {
  const auto problems = problems_in(
      R"({"name":"","type":"queue","image":null,"env":{"A":1},"ports":["80",8],"disk":0.5,"registry":3,
          "gpu":{"pools":[7],"excludedTypes":["-A"],"count":0,"minCudaVersion":"12"},
          "workers":{"min":-1,"idleTimeout":3601},"scaling":{"type":"QUEUE_DELAY","queueDelay":0.49}})",
      create_endpoint_request);
  EXPECT_EQ(
      problems,
      (Problems{"$.name: minLength: got 0, want 1", "$.type: value must be one of 'QUEUE', 'LOAD_BALANCER'",
                "$.image: got null, want string", "$.env.A: got number, want string",
                "$.ports[1]: got number, want string", "$.disk: got number, want integer",
                "$.registry: got number, want string or null", "$.gpu.pools[0]: got number, want string",
                R"($.gpu.excludedTypes[0]: '-A' does not match pattern '^\s*[^-\s]')",
                "$.gpu.count: minimum: got 0, want 1",
                R"($.gpu.minCudaVersion: '12' does not match pattern '^\d+\.\d+$')",
                "$.workers.min: minimum: got -1, want 0",
                "$.workers.idleTimeout: maximum: got 3601, want 3600",
                "$.scaling.queueDelay: minimum: got 0.49, want 0.5"}));
}

TEST(Validate, knows_the_variants_of_scaling) {
  const auto scaled = [](const std::string& scaling) {
    return problems_in(R"({"scaling":)" + scaling + "}", update_endpoint_request);
  };
  EXPECT_TRUE(scaled(R"({"type":"REQUEST_COUNT","requestCount":1})").empty());
  EXPECT_EQ(scaled("{}"), Problems{"$.scaling: missing property 'type'"});
  EXPECT_EQ(scaled(R"({"type":"OTHER"})"),
            Problems{"$.scaling.type: value must be one of 'QUEUE_DELAY', 'REQUEST_COUNT'"});
  EXPECT_EQ(scaled(R"({"type":"QUEUE_DELAY","requestCount":4})"),
            (Problems{"$.scaling: missing property 'queueDelay'",
                      "$.scaling: additional properties 'requestCount' not allowed"}));
  EXPECT_EQ(
      problems_in(
          R"({"name":"n","image":"i","type":"LOAD_BALANCER","scaling":{"type":"QUEUE_DELAY","queueDelay":4}})",
          create_endpoint_request),
      Problems{"$.scaling.type: value must be 'REQUEST_COUNT', because type is LOAD_BALANCER"});
}

TEST(Validate, knows_members_that_depend_on_others) {
  const std::string scaling = R"("name":"n","type":"QUEUE","scaling":{"type":"QUEUE_DELAY","queueDelay":4})";
  EXPECT_EQ(problems_in("{" + scaling + "}", create_endpoint_request),
            Problems{"$: missing property 'image'"});
  EXPECT_TRUE(problems_in("{" + scaling + R"(,"templateId":"t"})", create_endpoint_request).empty());
  EXPECT_EQ(problems_in(R"({"gpu":{"excludedTypes":[]}})", update_endpoint_request),
            Problems{"$.gpu: properties 'pools' required, if 'excludedTypes' exists"});
}

TEST(Validate, compares_elements_and_numbers_exactly) {
  EXPECT_EQ(problems_in(R"({"cpu":[{"id":"a","vcpuCount":2},{"vcpuCount":2.0,"id":"a"}]})",
                        update_endpoint_request),
            Problems{"$.cpu: items at 0 and 1 are equal"});
  EXPECT_TRUE(problems_in(R"({"size":4.096e3})", update_network_volume_request).empty());
  EXPECT_TRUE(problems_in(R"({"timeout":600000.0})", update_endpoint_request).empty());
  EXPECT_EQ(problems_in(R"({"size":4096.0000000000000001})", update_network_volume_request),
            Problems{"$.size: got number, want integer"});
  EXPECT_EQ(problems_in(R"({"size":1e400})", update_network_volume_request),
            Problems{"$.size: maximum: got 1e400, want 4096"});
}

TEST(Validate, keeps_what_it_tells_short) {
  std::string keys = R"({"keys":[0)";
  for (int i = 0; i < 1000; ++i) keys += ",0";
  EXPECT_EQ(problems_in(keys + "]}", update_ssh_keys_request).size(), problems_max);
  const std::string name(1'000'000, 'x');
  for (const std::string& problem :
       problems_in("{\"" + name + "\":1,\"keys\":[\"" + name + "\"]}", update_ssh_keys_request))
    EXPECT_LT(problem.size(), 300U);
  std::string members = R"({"keys":[])";
  for (int i = 0; i < 1000; ++i) members += ",\"" + std::to_string(i) + "\":0";
  EXPECT_EQ(problems_in(members + "}", update_ssh_keys_request).front(),
            "$: additional properties '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ... not allowed");
}

TEST(Validate, never_shows_a_password) {
  for (const std::string& problem : problems_in(
           R"({"name":["hunter2"],"username":"","password":{"hunter2":"hunter2"}})", create_registry_request))
    EXPECT_EQ(problem.find("hunter2"), problem.npos);
}

TEST(Bodies, refuse_an_idle_timeout_that_does_nothing) {
  const auto told = [](std::string text, std::string_view scaler) {
    const auto document = JsonDocument::read(make_body(std::move(text)));
    return idle_timeout_problem(document->root(), scaler).has_value();
  };
  const std::string idle = R"({"workers":{"idleTimeout":5})";
  EXPECT_TRUE(told(idle + R"(,"type":"QUEUE","scaling":{"type":"REQUEST_COUNT"}})", ""));
  EXPECT_FALSE(told(idle + R"(,"type":"LOAD_BALANCER","scaling":{"type":"REQUEST_COUNT"}})", ""));
  EXPECT_TRUE(told(idle + "}", "REQUEST_COUNT"));
  EXPECT_FALSE(told(idle + R"(,"scaling":{"type":"QUEUE_DELAY"}})", "REQUEST_COUNT"));
  EXPECT_FALSE(told(R"({"workers":{"max":5}})", "REQUEST_COUNT"));
}

}  // namespace
}  // namespace pilotlight::api::rest_v2

#include "api/rest_v2/serverless/change.hpp"

#include <gtest/gtest.h>

#include "api/rest_v2/bodies.hpp"
#include "api/rest_v2/serverless/shown.hpp"
#include "api/rest_v2/validate.hpp"
#include "base/codec.hpp"

namespace pilotlight::api::rest_v2::serverless {
namespace {

const std::string gpu_body =
    R"("name":"demo","type":"QUEUE","image":"me/worker:1","gpu":{"pools":["ADA_24"]},)"
    R"("scaling":{"type":"QUEUE_DELAY","queueDelay":4})";

Result<Change> made(const std::string& members) {
  const auto document = JsonDocument::read(copy_body("{" + members + "}"));
  EXPECT_EQ(problems_of(document->root(), create_endpoint_request, "$"), std::vector<std::string>());
  return new_endpoint(document->root());
}

Result<Change> changed(const std::string& members, const Endpoint& before, const Template& used = {}) {
  const auto document = JsonDocument::read(copy_body("{" + members + "}"));
  EXPECT_EQ(problems_of(document->root(), update_endpoint_request, "$"), std::vector<std::string>());
  return changed_endpoint(document->root(), before, used);
}

std::string refusal_of(const std::string& members) {
  const auto change = made(members);
  return change ? "accepted" : change.error().message;
}

std::string refusal_of(const std::string& members, const Endpoint& before) {
  const auto change = changed(members, before);
  return change ? "accepted" : change.error().message;
}

/// The bytes of a patch that sets nothing.
template <class Patch>
bool is_nothing(const Patch& patch) {
  std::string given, nothing;
  Encoder(given).put(patch);
  Encoder(nothing).put(Patch());
  return given == nothing;
}

Endpoint on_gpus() {
  Endpoint endpoint;
  endpoint.name = "demo";
  endpoint.gpu_ids = " ADA_24 ,AMPERE_16,-NVIDIA L4";
  return endpoint;
}

TEST(NewEndpoint, has_the_defaults_of_v2) {
  const auto change = made(gpu_body);
  ASSERT_TRUE(change);
  const EndpointPatch& patch = change->patch;
  EXPECT_EQ(patch.name, "demo");
  EXPECT_EQ(patch.gpu_ids, "ADA_24");
  EXPECT_EQ(patch.idle_timeout, seconds{10});
  EXPECT_EQ(patch.execution_timeout, milliseconds{300'000});
  EXPECT_EQ(patch.workers_max, 3);
  EXPECT_EQ(patch.flash_boot, FlashBoot::off);
  EXPECT_EQ(patch.scaler_value_milli, 4'000);
  EXPECT_EQ(change->container.patch.image, "me/worker:1");
  EXPECT_EQ(change->container.patch.name, "demo");
  EXPECT_FALSE(change->container.variables);
}

TEST(NewEndpoint, takes_every_member) {
  const auto change = made(
      R"("name":"demo-fb","type":"QUEUE","image":"","args":"a b","disk":1,"env":{"A":"1","B":""},)"
      R"("ports":["8000/http","22/tcp"],"registry":"cred","gpu":{"pools":["ADA_24","AMPERE_16"],)"
      R"("excludedTypes":["NVIDIA L4"],"count":2e0,"minCudaVersion":"12.4"},"workers":{"min":1,"max":2},)"
      R"("scaling":{"type":"QUEUE_DELAY","queueDelay":0.5},"dataCenterIds":["EU-RO-1"],)"
      R"("networkVolumes":["v1","v2"],"timeout":0)");
  ASSERT_TRUE(change);
  const EndpointPatch& patch = change->patch;
  EXPECT_EQ(patch.gpu_ids, "ADA_24,AMPERE_16,-NVIDIA L4");
  EXPECT_EQ(patch.gpu_count, 2);
  EXPECT_EQ(patch.min_cuda_version, "12.4");
  EXPECT_EQ(patch.workers_min, 1);
  EXPECT_EQ(patch.scaler_value_milli, 500);
  EXPECT_EQ(patch.execution_timeout, milliseconds{0});
  EXPECT_EQ(patch.data_center_ids, std::vector<std::string>{"EU-RO-1"});
  EXPECT_EQ(patch.network_volume_id, "v1");
  EXPECT_EQ(patch.flash_boot, FlashBoot::off) << "the name ends in -fb";
  const TemplatePatch& container = change->container.patch;
  EXPECT_EQ(container.command, "a b");
  EXPECT_EQ(container.container_disk_gb, 1);
  EXPECT_EQ(container.ports, "8000/http,22/tcp");
  EXPECT_EQ(container.container_registry_auth_id, "cred");
  EXPECT_EQ(change->container.variables, (service::Environment{{"A", "1"}, {"B", ""}}));
}

TEST(NewEndpoint, is_refused_by_rules_that_no_schema_has) {
  const std::string rest = R"("name":"d","image":"i","scaling":{"type":"REQUEST_COUNT","requestCount":1},)";
  EXPECT_NE(refusal_of(rest + R"("type":"LOAD_BALANCER","gpu":{"pools":["ADA_24"]})").find("later"),
            std::string::npos);
  const std::string queue = rest + R"("type":"QUEUE")";
  const std::string gpu = queue + R"(,"gpu":{"pools":["ADA_24"])";
  const auto says = [](const std::string& members, std::string_view words) {
    const std::string text = refusal_of(members);
    EXPECT_NE(text.find(words), std::string::npos) << members << ": " << text;
  };
  says(queue, "exactly one");
  says(gpu + R"(},"cpu":[{"id":"cpu3g","vcpuCount":2}])", "exactly one");
  says(gpu + R"(,"allowedCudaVersions":["12.4"],"minCudaVersion":"12.4"})", "do not go together");
  says(queue + R"(,"gpu":{"pools":["NVIDIA L4"],"excludedTypes":["NVIDIA L4"]})", "leaves no GPU type");
  says(queue + R"(,"gpu":{"pools":[""]})", "gpu.pools[0] must not be empty");
  says(queue + R"(,"gpu":{"pools":["A","-B"]})", "gpu.pools[1] must not begin with -");
  says(queue + R"(,"gpu":{"pools":["A,B"]})", "comma");
  says(queue + R"(,"cpu":[{"id":"cpu3g","vcpuCount":6}])", "cpu[0].vcpuCount must be a power of two");
  says(queue + R"(,"cpu":[{"id":"cpu3g","vcpuCount":1e400}])", "power of two");
  says(gpu + R"(},"workers":{"min":5})", "workers.min must not be more than workers.max");
  says(gpu + R"(},"workers":{"max":10001})", "workers.max must be between 0 and 10000");
  says(gpu + R"(},"timeout":4999)", "timeout must be 0 or between 5000 and 604800000 ms");
  says(gpu + R"(},"timeout":-1e30)", "timeout must be");
  says(gpu + R"(},"disk":1e30)", "disk must not be more than");
  says(gpu + R"(},"ports":["8000/http,22/tcp"])", "ports[0] must not contain a comma");
  says(gpu + R"(},"dataCenterIds":[""])", "dataCenterIds[0] must not be empty");
  says(gpu + R"(},"image":")" + std::string(70'000, 'x') + R"(")",
       "image must not have more than 65536 bytes");
  EXPECT_EQ(refusal_of(queue + R"(,"gpu":{"pools":["NEXT_YEARS"],"excludedTypes":["NVIDIA L4"]})"),
            "accepted");
  EXPECT_EQ(refusal_of(queue + R"(,"cpu":[{"id":"cpu9x","vcpuCount":4}])"), "accepted");
}

TEST(ChangedEndpoint, sets_nothing_where_the_body_says_what_is_shown) {
  Endpoint before = on_gpus();
  before.allowed_cuda_versions = "12.4, abc,12.5";
  before.min_cuda_version = "abc";
  before.locations = "US";
  before.network_volume_id = "nobodys";
  before.scaler_value_milli = 1'234;
  before.idle_timeout = milliseconds{0};
  Template used;
  used.command = "a";
  used.ports = " 8000/http ,";
  std::string centers;
  for (const std::string& id : shown_data_centers(before))
    centers += (centers.empty() ? "\"" : ",\"") + id + "\"";
  const auto change =
      changed(R"("name":"demo","image":"","args":"a","disk":1,"ports":["8000/http"],"registry":null,)"
              R"("gpu":{"pools":["ADA_24","AMPERE_16"],"excludedTypes":["NVIDIA L4"],"count":1.0,)"
              R"("allowedCudaVersions":["12.4","12.5"]},"workers":{"min":0,"max":3,"idleTimeout":1},)"
              R"("scaling":{"type":"QUEUE_DELAY","queueDelay":1.2340},"dataCenterIds":[)" +
                  centers + R"(],"networkVolumes":["nobodys"],"timeout":600000,"flashboot":"OFF")",
              before, used);
  ASSERT_TRUE(change) << change.error().message;
  EXPECT_TRUE(is_nothing(change->patch));
  EXPECT_TRUE(is_nothing(change->container.patch));
}

TEST(ChangedEndpoint, is_shown_and_sent_back_where_v2_has_no_exact_form) {
  Endpoint before;
  before.name = "one vCPU";
  before.instance_ids = {"cpu3c-1-2", "cpu3c-1-3", "odd", ""};
  before.scaler_type = ScalerType::request_count;
  before.scaler_value_milli = 1'500;
  const auto change = changed(R"("cpu":[{"id":"cpu3c","vcpuCount":2},{"id":"odd","vcpuCount":2}],)"
                              R"("scaling":{"type":"REQUEST_COUNT","requestCount":2})",
                              before);
  ASSERT_TRUE(change) << change.error().message;
  EXPECT_TRUE(is_nothing(change->patch));
}

TEST(ChangedEndpoint, keeps_stored_cpus_that_are_sent_back_beside_others) {
  Endpoint before;
  before.name = "demo";
  before.instance_ids = {"cpu3g-1-4", "cpu3c-4-64", "cpu3c-3-6", "cpu3c-1-2", "cpu3c-1-3", "odd", ""};
  const auto stored = [&before](const std::string& list) {
    const auto change = changed(R"("cpu":[)" + list + "]", before);
    EXPECT_TRUE(change) << change.error().message;
    return change->patch.instance_ids.value_or(std::vector<std::string>{"unchanged"});
  };
  using Texts = std::vector<std::string>;
  const std::string shown = R"({"id":"cpu3g","vcpuCount":2},{"id":"cpu3c","vcpuCount":4},)"
                            R"({"id":"cpu3c","vcpuCount":3},{"id":"cpu3c","vcpuCount":2},)"
                            R"({"id":"odd","vcpuCount":2})";
  EXPECT_EQ(stored(shown), Texts{"unchanged"});
  EXPECT_EQ(stored(shown + R"(,{"id":"cpu5c","vcpuCount":2})"),
            (Texts{"cpu3g-1-4", "cpu3c-4-64", "cpu3c-3-6", "cpu3c-1-2", "cpu3c-1-3", "odd", "cpu5c-2-4"}));
  EXPECT_EQ(stored(R"({"id":"cpu3c","vcpuCount":4},{"id":"cpu3g","vcpuCount":4})"),
            (Texts{"cpu3c-4-64", "cpu3g-4-16"}));
  EXPECT_EQ(stored(R"({"id":"odd","vcpuCount":4.0})"), Texts{"odd-4-8"});
  EXPECT_NE(refusal_of(R"("cpu":[{"id":"cpu3c","vcpuCount":3},{"id":"cpu3g","vcpuCount":3}])", before)
                .find("cpu[1].vcpuCount must be a power of two"),
            std::string::npos);
}

TEST(ChangedEndpoint, keeps_a_stored_country_while_its_centers_are_sent) {
  Endpoint before = on_gpus();
  before.locations = "CZ, US";
  std::string shown;
  for (const std::string& id : shown_data_centers(before)) shown += "\"" + id + "\",";
  EXPECT_EQ(changed(R"("dataCenterIds":[)" + shown + R"("X"])", before)->patch.locations, "CZ,US,X");
  const auto fewer = changed(R"("dataCenterIds":["X","EU-CZ-1"])", before);
  EXPECT_EQ(fewer->patch.locations, "CZ,X");
  EXPECT_EQ(fewer->patch.data_center_ids, (std::vector<std::string>{"X", "EU-CZ-1"})) << "as it was sent";
}

TEST(ChangedEndpoint, sets_only_what_differs) {
  const Endpoint before = on_gpus();
  const auto pools = changed(R"("gpu":{"pools":["ADA_24","AMPERE_16"]})", before);
  EXPECT_EQ(pools->patch.gpu_ids, "ADA_24,AMPERE_16") << "no exclusions any more";
  const auto other =
      changed(R"("scaling":{"type":"REQUEST_COUNT","requestCount":4},"dataCenterIds":["X"])", before);
  EXPECT_EQ(other->patch.scaler_type, ScalerType::request_count);
  EXPECT_EQ(other->patch.scaler_value_milli, 4'000) << "another unit";
  EXPECT_EQ(other->patch.data_center_ids, std::vector<std::string>{"X"});
  EXPECT_EQ(other->patch.locations, "X") << "the same for those who read the text";
  EXPECT_FALSE(other->patch.gpu_ids || other->patch.name || other->patch.idle_timeout);
  const auto renamed = changed(R"("name":"now -fb")", before);
  EXPECT_EQ(renamed->patch.flash_boot, FlashBoot::off);
  EXPECT_TRUE(is_nothing(changed("", before)->patch));
}

TEST(ChangedEndpoint, sets_what_is_shown_already_beside_a_template) {
  Template used;
  used.command = "same";
  const auto change = changed(R"("args":"same","templateId":"t")", on_gpus(), used);
  EXPECT_EQ(change->container.patch.command, "same") << "the template has another";
  EXPECT_TRUE(is_nothing(changed(R"("args":"same","templateId":"")", on_gpus(), used)->container.patch));
}

TEST(ChangedEndpoint, keeps_its_family) {
  Endpoint on_cpus;
  on_cpus.name = "d";
  on_cpus.instance_ids = {"cpu3g-2-8"};
  const std::string cpu = R"("cpu":[{"id":"cpu3c","vcpuCount":4}])", gpu = R"("gpu":{"pools":["A"]})";
  EXPECT_NE(refusal_of(gpu, on_cpus).find("cannot change between"), std::string::npos);
  EXPECT_NE(refusal_of(cpu, on_gpus()).find("cannot change between"), std::string::npos);
  EXPECT_EQ(changed(cpu, on_cpus)->patch.instance_ids, std::vector<std::string>{"cpu3c-4-8"});
}

TEST(ChangedEndpoint, has_one_form_of_cuda_versions) {
  Endpoint before = on_gpus();
  before.min_cuda_version = "12.4";
  EXPECT_NE(refusal_of(R"("gpu":{"allowedCudaVersions":["12.8"]})", before).find("do not go together"),
            std::string::npos);
  EXPECT_EQ(refusal_of(R"("gpu":{"allowedCudaVersions":["12.8"],"minCudaVersion":""})", before), "accepted");
  before.min_cuda_version = "abc";
  EXPECT_EQ(refusal_of(R"("gpu":{"allowedCudaVersions":["12.8"]})", before), "accepted");
}

TEST(ChangedEndpoint, is_not_blamed_for_what_was_stored) {
  Endpoint before = on_gpus();
  before.idle_timeout = milliseconds{0};
  EXPECT_EQ(refusal_of(R"("workers":{"max":5})", before), "accepted");
  EXPECT_NE(refusal_of(R"("workers":{"min":5})", before).find("workers.min"), std::string::npos);
}

}  // namespace
}  // namespace pilotlight::api::rest_v2::serverless

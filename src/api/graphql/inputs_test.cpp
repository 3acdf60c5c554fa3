#include "api/graphql/inputs.hpp"

#include <gtest/gtest.h>

#include "api/graphql/faces.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;

Result<service::Wish<command::SaveEndpoint>> endpoint(std::string_view input) {
  return endpoint_from_input(json::parse(input).as_object());
}

std::string input_problem(std::string_view input) {
  const auto asked = endpoint(input);
  return asked ? "none" : asked.error().message;
}

const char* const least = R"({"name":"abc","gpuIds":"AMPERE_16","templateId":"xkhgg72fuo"})";

TEST(EndpointInput, without_an_id_it_creates) {
  const auto made = endpoint(least);
  ASSERT_TRUE(made);
  EXPECT_TRUE(made->command.create);
  for (const char* none : {R"("")", "null"})
    EXPECT_TRUE(
        endpoint("{\"id\":" + std::string(none) + R"(,"name":"abc","gpuIds":"A","templateId":"xkhgg72fuo"})")
            ->command.create);
  const auto changed = endpoint(R"({"id":"i02xupws21hp6i","name":"abc"})");
  ASSERT_TRUE(changed);
  EXPECT_FALSE(changed->command.create);
  EXPECT_EQ(changed->command.id.view(), "i02xupws21hp6i");
}

TEST(EndpointInput, names_only_what_it_was_given) {
  const EndpointPatch patch =
      endpoint(R"({"id":"i02xupws21hp6i","name":"abc","workersMax":0})")->command.patch;
  EXPECT_EQ(patch.workers_max, 0);
  EXPECT_EQ(patch.name, "abc");
  EXPECT_FALSE(patch.workers_min || patch.idle_timeout || patch.locations || patch.scaler_type ||
               patch.scaler_value_milli || patch.gpu_ids || patch.template_id || patch.env ||
               patch.flash_boot || patch.network_volume_id || patch.execution_timeout || patch.gpu_count);
}

TEST(EndpointInput, all_of_the_seeds_arguments_arrive) {
  const EndpointPatch patch =
      endpoint(R"({"gpuIds":"AMPERE_16","idleTimeout":5,"locations":"US","name":"Generated Endpoint -fb",)"
               R"("networkVolumeId":"","scalerType":"QUEUE_DELAY","scalerValue":4,"templateId":"xkhgg72fuo",)"
               R"("workersMax":3,"workersMin":0})")
          ->command.patch;
  EXPECT_EQ(patch.gpu_ids, "AMPERE_16");
  EXPECT_EQ(patch.idle_timeout, seconds{5});
  EXPECT_EQ(patch.locations, "US");
  EXPECT_EQ(patch.name, "Generated Endpoint -fb");
  EXPECT_EQ(patch.network_volume_id, "");
  EXPECT_EQ(patch.scaler_type, ScalerType::queue_delay);
  EXPECT_EQ(patch.scaler_value_milli, 4000);
  EXPECT_EQ(patch.template_id->view(), "xkhgg72fuo");
  EXPECT_EQ(patch.workers_max, 3);
  EXPECT_EQ(patch.workers_min, 0);
}

TEST(EndpointInput, a_null_means_the_default) {
  const EndpointPatch patch =
      endpoint(
          R"({"id":"i02xupws21hp6i","name":"abc","workersMin":null,"workersMax":null,"idleTimeout":null,)"
          R"("scalerType":null,"scalerValue":null,"executionTimeoutMs":null,"locations":null,"gpuCount":null})")
          ->command.patch;
  EXPECT_EQ(patch.workers_min, 0);
  EXPECT_EQ(patch.workers_max, 3);
  EXPECT_EQ(patch.idle_timeout, seconds{10});
  EXPECT_EQ(patch.scaler_type, ScalerType::queue_delay);
  EXPECT_EQ(patch.scaler_value_milli, 4000);
  ASSERT_TRUE(patch.execution_timeout);
  EXPECT_FALSE(*patch.execution_timeout);
  EXPECT_EQ(patch.locations, "");
  EXPECT_EQ(patch.gpu_count, 1);
}

TEST(EndpointInput, says_what_its_queue_shall_do) {
  const EndpointPatch patch =
      endpoint(R"({"id":"i02xupws21hp6i","name":"abc","retriesMax":0,"retryFailed":true,"retryDelayMs":1000,)"
               R"("retryDelayMaxMs":2000,"deadLetterKeepMs":3000,"queueMax":4})")
          ->command.patch;
  EXPECT_EQ(patch.retries_max, std::optional<std::int64_t>(0));
  EXPECT_EQ(patch.retry_failed, true);
  EXPECT_EQ(patch.retry_delay, milliseconds{1'000});
  EXPECT_EQ(patch.retry_delay_max, milliseconds{2'000});
  EXPECT_EQ(patch.dead_letter_keep, milliseconds{3'000});
  EXPECT_EQ(patch.queue_max, 4);
  const EndpointPatch defaults =
      endpoint(
          R"({"id":"i02xupws21hp6i","name":"abc","retriesMax":null,"retryFailed":null,"retryDelayMs":null})")
          ->command.patch;
  ASSERT_TRUE(defaults.retries_max);
  EXPECT_FALSE(*defaults.retries_max) << "the server's";
  EXPECT_EQ(defaults.retry_failed, false);
  EXPECT_EQ(defaults.retry_delay, milliseconds{0});
  EXPECT_FALSE(defaults.queue_max);
}

TEST(EndpointInput, what_cannot_be_saved_says_what_to_do) {
  const std::pair<const char*, const char*> cases[] = {
      {least, "none"},
      {R"({"name":"abc","templateId":"xkhgg72fuo"})",
       "gpuIds must not be empty; give GPU types such as \"AMPERE_16\", or instanceIds for CPU workers"},
      {R"({"name":"abc","gpuIds":"","templateId":"xkhgg72fuo"})",
       "gpuIds must not be empty; give GPU types such as \"AMPERE_16\", or instanceIds for CPU workers"},
      {R"({"name":"abc","instanceIds":["cpu3g-4-16"],"templateId":"xkhgg72fuo"})", "none"},
      {R"({"name":"abc","gpuIds":"A"})", "templateId is required; make a template with saveTemplate first"},
      {R"({"name":"abc","gpuIds":"A","templateId":""})",
       "templateId is required; make a template with saveTemplate first"},
      {R"({"name":"abc","gpuIds":"A","templateId":"a/b"})", "Unable to find template"},
      {R"({"id":"a/b","name":"abc"})", "Endpoint not found"},
      {R"({"id":"i02xupws21hp6i","name":"abc","gpuIds":""})", "none"},  // judged with what is stored
      {R"({"name":"abc","gpuIds":"A","templateId":"xkhgg72fuo","scalerType":"FAST"})",
       "scalerType must be QUEUE_DELAY or REQUEST_COUNT"},
      {R"({"name":"abc","gpuIds":"A","templateId":"xkhgg72fuo","type":"LB"})",
       "load-balancing endpoints (type LB) are not supported; use QB"},
      {R"({"name":"abc","gpuIds":"A","templateId":"xkhgg72fuo","type":"XX"})", "type must be QB"},
      {R"({"name":"abc","gpuIds":"A","template":null})",
       "templateId is required; make a template with saveTemplate first"},
      {R"({"name":"abc","gpuIds":"A","template":{"name":"t"}})", "none"},
      {R"({"id":"i02xupws21hp6i","name":"abc","hubReleaseId":null,"repo":null,"cloudStorageConfig":null})",
       "none"},
      {R"({"id":"i02xupws21hp6i","name":"abc","hubReleaseId":""})",
       "hubReleaseId is not supported: there is no Hub here; name the image of the release in a template"},
      {R"({"id":"i02xupws21hp6i","name":"abc","repo":{"repoName":"a/b"}})",
       "repo is not supported: nothing is built from GitHub here; build the image and name it in a template"},
      {R"({"id":"i02xupws21hp6i","name":"abc","cloudStorageConfig":{"provider":"s3"}})",
       "cloudStorageConfig is not supported; give workers the storage's keys in env, or jobs an s3Config"},
  };
  for (const auto& [input, message] : cases) EXPECT_EQ(input_problem(input), message) << input;
}

TEST(EndpointInput, a_template_travels_with_its_environment) {
  const auto asked = endpoint(
      R"({"name":"abc","gpuIds":"A","env":[{"key":"E","value":"1"}],"template":{"name":"t","dockerArgs":"",)"
      R"("containerDiskInGb":64,"config":{},"env":[{"key":"RUNPOD_INIT_TIMEOUT","value":"60"}]}})");
  ASSERT_TRUE(asked && asked->command.with);
  const command::InlineTemplate& with = *asked->command.with;
  EXPECT_TRUE(with.bound);
  EXPECT_EQ(with.patch.name, "t");
  EXPECT_EQ(with.patch.command, "");
  EXPECT_EQ(with.patch.container_disk_gb, 64);
  EXPECT_EQ(with.patch.config_json, "{}");
  EXPECT_FALSE(with.patch.image || with.patch.ports || with.patch.is_serverless);
  EXPECT_EQ(with.patch.init_timeout, std::optional(milliseconds{60'000}));
  EXPECT_EQ(**asked->template_env, R"([{"key":"RUNPOD_INIT_TIMEOUT","value":"60"}])");
  EXPECT_EQ(**asked->env, R"([{"key":"E","value":"1"}])");
  ASSERT_TRUE(asked->command.patch.init_timeout);
  EXPECT_FALSE(*asked->command.patch.init_timeout);
}

TEST(EndpointInput, a_template_is_bound_unless_it_says_otherwise) {
  const auto bound = [](const std::string& bind) {
    return endpoint(R"({"name":"abc","gpuIds":"A","template":{"name":"t"},"bindEndpoint":)" + bind + "}")
        ->command.with->bound;
  };
  EXPECT_TRUE(bound("true") && bound("null"));
  EXPECT_FALSE(bound("false"));
}

TEST(EndpointInput, an_environment_of_a_template_is_judged_too) {
  EXPECT_EQ(input_problem(R"({"name":"abc","gpuIds":"A","template":{"name":"t","env":)"
                          R"([{"key":"RUNPOD_INIT_TIMEOUT","value":"ten"}]}})"),
            "RUNPOD_INIT_TIMEOUT must be whole seconds from 1 to 86400");
}

json::value shown_config(const Template& value) {
  for (const ShownField<Template>& field : shown_template_fields())
    if (field.name == "config") return field.show(value);
  return "not shown";
}

TEST(TemplateInput, a_config_of_any_shape_can_be_shown_again) {
  const auto shown = [](const json::value& config) {
    const auto asked = template_from_input({{"name", "abc"},
                                            {"imageName", "i"},
                                            {"containerDiskInGb", 5},
                                            {"volumeInGb", 0},
                                            {"config", config}});
    Template made;
    made.config_json = asked.value().command.patch.config_json.value();
    return shown_config(made);
  };
  EXPECT_EQ(shown(json::parse(R"({"a":["b"]})")), json::parse(R"({"a":["b"]})"));
  EXPECT_EQ(shown(json::parse("[1e999]")), json::parse("[null]"));
  json::value deep;
  for (int depth = 0; depth < 90; ++depth) deep = json::array({deep});
  EXPECT_EQ(shown(deep), deep);
}

TEST(TemplateInput, a_config_that_cannot_be_read_is_shown_as_null) {
  Template stored;
  stored.config_json = R"({"a":Infinity})";
  EXPECT_EQ(shown_config(stored), json::value());
}

TEST(TemplateInput, the_environment_travels_beside_the_command) {
  const auto with = template_from_input(
      json::parse(R"({"name":"t","dockerArgs":"a","env":[{"key":"K","value":"secret"},null]})").as_object());
  ASSERT_TRUE(with);
  ASSERT_TRUE(with->env && *with->env);
  EXPECT_EQ(**with->env, R"([{"key":"K","value":"secret"}])");
  EXPECT_FALSE(with->command.patch.env) << "the reference is the caller's to fill in";
  const auto empty = template_from_input(json::parse(R"({"name":"t","env":[]})").as_object());
  EXPECT_TRUE(empty->env && !*empty->env);
  const auto silent = template_from_input(json::parse(R"({"name":"t"})").as_object());
  EXPECT_FALSE(silent->env.has_value());
}

}  // namespace
}  // namespace pilotlight::api

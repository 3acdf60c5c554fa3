#include "api/rest_v2/template_view.hpp"

#include <gtest/gtest.h>

#include <set>

#include "domain/definitions/changes.hpp"
#include "domain/definitions/samples_test.hpp"
#include "domain/definitions/template_fields.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

std::string view(const Template& value, const service::Environment& variables = {}) {
  JsonWriter json;
  add_template(json, value, variables);
  return json.done();
}

/// The new template that a body makes, or the refusal.
Result<Template> made_by(std::string body) {
  const JsonDocument read = JsonDocument::read(make_body(std::move(body))).value();
  const TemplateCommand command = new_template(read.root());
  if (!command) return command.error();
  EXPECT_TRUE(command->create);
  Template made;
  apply_patch(command->patch, made);
  return made;
}

/// The template after a body was written to it.
Template changed(const Template& before, std::string body) {
  const JsonDocument read = JsonDocument::read(make_body(std::move(body))).value();
  const TemplateCommand command = changed_template(read.root(), before);
  EXPECT_TRUE(command && !command->create && command->id == before.id);
  Template after = before;
  apply_patch(command->patch, after);
  return after;
}

std::set<std::string_view> differing(const Template& a, const Template& b) {
  std::set<std::string_view> names;
  for_each_field(template_fields, [&](const auto& field) {
    if (field.of(a) != field.of(b)) names.insert(field.name);
  });
  return names;
}

TEST(TemplateView, a_new_template_has_the_defaults_of_v2) {
  EXPECT_EQ(view(made_by(R"({"name":"a","image":"b"})").value()),
            R"({"id":"","name":"a","image":"b","args":"","disk":1,"env":{},"ports":[],"registry":null,)"
            R"("mounts":{},"serverless":false,"public":false,"category":"NVIDIA","startSsh":true,)"
            R"("startJupyter":true,"allowedCudaVersions":[]})");
}

TEST(TemplateView, a_body_sets_every_member) {
  const std::string body =
      R"({"name":"a","image":"b","args":"c","disk":5.0,"ports":["80/http","22/tcp"],"registry":"r",)"
      R"("mounts":{"persistent":{"size":2e1,"path":"/w"}},"serverless":true,"public":true,"category":"AMD",)"
      R"("startSsh":false,"startJupyter":false,"allowedCudaVersions":["12.8","12.4"]})";
  const Template made = made_by(body).value();
  EXPECT_EQ(made.ports, "80/http,22/tcp");
  EXPECT_EQ(made.allowed_cuda_versions, "12.8,12.4");
  EXPECT_EQ(view(made, {{"X", "1"}, {"Y\"", "ä"}}),
            R"({"id":"","name":"a","image":"b","args":"c","disk":5,"env":{"X":"1","Y\"":"ä"},)"
            R"("ports":["80/http","22/tcp"],"registry":"r","mounts":{"persistent":{"size":20,"path":"/w"}},)"
            R"("serverless":true,"public":true,"category":"AMD","startSsh":false,"startJupyter":false,)"
            R"("allowedCudaVersions":["12.8","12.4"]})");
}

TEST(TemplateView, odd_values_are_shown_as_the_nearest_and_stay_when_sent_back) {
  Template odd;
  odd.name = "odd";
  odd.ports = " 80/http,, 22/tcp ,";
  odd.category = "TPU";
  odd.allowed_cuda_versions = "12,12.4, 12.5,x";
  odd.volume_mount_path = "/w";
  for (const std::int64_t gb : {0, 3, 10, 4'000}) {
    odd.container_disk_gb = odd.volume_gb = gb;
    EXPECT_EQ(differing(changed(odd, view(odd)), odd), std::set<std::string_view>()) << view(odd);
  }
  odd.container_disk_gb = 0;
  odd.volume_gb = 3;
  EXPECT_EQ(view(odd), R"({"id":"","name":"odd","image":"","args":"","disk":1,"env":{},)"
                       R"("ports":["80/http","22/tcp"],"registry":null,)"
                       R"("mounts":{"persistent":{"size":10,"path":"/w"}},"serverless":true,"public":false,)"
                       R"("category":"NVIDIA","startSsh":false,"startJupyter":false,)"
                       R"("allowedCudaVersions":["12.4","12.5"]})");
}

TEST(TemplateView, a_body_changes_only_what_it_names) {
  const auto before = filled<Template>(template_fields);
  EXPECT_EQ(differing(changed(before, view(before)), before), std::set<std::string_view>());
  const std::pair<const char*, std::set<std::string_view>> cases[] = {
      {"{}", {}},
      {R"({"name":"other"})", {"name"}},
      {R"({"image":"other"})", {"image"}},
      {R"({"disk":2})", {"container_disk_gb"}},
      {R"({"ports":[]})", {"ports"}},
      {R"({"registry":null})", {"container_registry_auth_id"}},
      {R"({"mounts":{}})", {"volume_gb", "volume_mount_path"}},
      {R"({"mounts":{"persistent":{"size":10,"path":""}}})", {"volume_gb", "volume_mount_path"}},
      {R"({"category":"CPU"})", {"category"}},
      {R"({"serverless":true,"startSsh":false})", {"is_serverless", "start_ssh"}},
      {R"({"allowedCudaVersions":["1.2"]})", {"allowed_cuda_versions"}},
  };
  for (const auto& [body, names] : cases) EXPECT_EQ(differing(changed(before, body), before), names) << body;
}

TEST(TemplateView, a_mount_beyond_its_bound_is_refused) {
  const std::string body = R"({"name":"a","image":"b","mounts":{"persistent":{"size":1e30,"path":""}}})";
  const auto refused = made_by(body);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "mounts.persistent.size must not be more than 1000000");
  EXPECT_FALSE(made_by(R"({"name":"a","image":"b","disk":1e30})"));
}

}  // namespace
}  // namespace pilotlight::api::rest_v2

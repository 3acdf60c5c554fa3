#include "api/rest_v2/template_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/rest_v2/container.hpp"
#include "api/rest_v2/shapes.hpp"
#include "base/comma_list.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

constexpr std::string_view usual_category = "NVIDIA";
constexpr std::int64_t mount_min_gb = 10, mount_max_gb = 1'000'000;

std::string_view shown_category(const Template& value) {
  for (const std::string_view known : {"CPU", "NVIDIA", "AMD"})
    if (value.category == known) return known;
  return usual_category;
}

std::vector<std::string> shown_cuda_versions(const Template& value) {
  std::vector<std::string> versions = comma_entries(value.allowed_cuda_versions);
  std::erase_if(versions, [](const std::string& version) { return !cuda_version.fits(version); });
  return versions;
}

bool has_mount(const Template& value) {
  return value.volume_gb > 0;
}

std::int64_t shown_mount_size(const Template& value) {
  return std::max(mount_min_gb, value.volume_gb);
}

void add_mounts(JsonWriter& json, const Template& value) {
  json.open("mounts");
  if (has_mount(value)) {
    json.open("persistent").number("size", shown_mount_size(value));
    json.text("path", value.volume_mount_path).close();
  }
  json.close();
}

/// The mounts are one value: a body without the persistent mount takes it away.
std::optional<Error> read_mounts(const JsonValue& body, const Template* before, TemplatePatch& patch) {
  const auto given = body.member("mounts");
  if (!given) return std::nullopt;
  const bool had = before != nullptr && has_mount(*before);
  const auto mount = given->member("persistent");
  if (!mount) {
    if (had) patch.volume_gb = 0, patch.volume_mount_path = "";
    return std::nullopt;
  }
  const std::int64_t size = nearest_whole(mount->member("size")->text());
  if (!had || size != shown_mount_size(*before)) {
    if (size > mount_max_gb)
      return refusal(Errc::invalid,
                     fmt::format("mounts.persistent.size must not be more than {}", mount_max_gb));
    patch.volume_gb = size;
  }
  patch.volume_mount_path = mount->member("path")->text();
  return std::nullopt;
}

void read_flag(const JsonValue& body, std::string_view name, std::optional<bool>& into) {
  if (const auto given = body.member(name)) into = given->is_true();
}

void read_cuda_versions(const JsonValue& body, const Template* before, TemplatePatch& patch) {
  const auto given = body.member("allowedCudaVersions");
  if (!given) return;
  const std::vector<std::string> versions = texts_of(*given);
  if (before == nullptr || versions != shown_cuda_versions(*before))
    patch.allowed_cuda_versions = comma_joined(versions);
}

/// `before`: null for a new template.
Result<TemplatePatch> read_template(const JsonValue& body, const Template* before) {
  Result<TemplatePatch> patch = read_container(body, before);
  if (!patch) return patch;
  if (const auto name = body.member("name")) patch->name = name->text();
  if (const auto category = body.member("category"))
    if (before == nullptr || category->text() != shown_category(*before)) patch->category = category->text();
  read_flag(body, "public", patch->is_public);
  read_flag(body, "serverless", patch->is_serverless);
  read_flag(body, "startSsh", patch->start_ssh);
  read_flag(body, "startJupyter", patch->start_jupyter);
  read_cuda_versions(body, before, *patch);
  if (const auto problem = read_mounts(body, before, *patch)) return *problem;
  return patch;
}

}  // namespace

void add_template(JsonWriter& json, const Template& value, const service::Environment& variables) {
  json.text("id", value.id.view()).text("name", value.name);
  add_container(json, value, variables);
  add_mounts(json, value);
  json.flag("serverless", value.is_serverless).flag("public", value.is_public);
  json.text("category", shown_category(value));
  json.flag("startSsh", value.start_ssh).flag("startJupyter", value.start_jupyter);
  json.list("allowedCudaVersions");
  for (const std::string& version : shown_cuda_versions(value)) json.text_element(version);
  json.end();
}

TemplateCommand new_template(const JsonValue& body) {
  Result<TemplatePatch> patch = read_template(body, nullptr);
  if (!patch) return patch.error();
  // The defaults of v2, where they are not those of a template.
  patch->is_serverless = patch->is_serverless.value_or(false);
  patch->start_ssh = patch->start_ssh.value_or(true);
  patch->start_jupyter = patch->start_jupyter.value_or(true);
  patch->category = patch->category.value_or(std::string(usual_category));
  command::SaveTemplate save;
  save.create = true;
  save.patch = std::move(*patch);
  return save;
}

TemplateCommand changed_template(const JsonValue& body, const Template& before) {
  Result<TemplatePatch> patch = read_template(body, &before);
  if (!patch) return patch.error();
  command::SaveTemplate save;
  save.id = before.id;
  save.patch = std::move(*patch);
  return save;
}

}  // namespace pilotlight::api::rest_v2

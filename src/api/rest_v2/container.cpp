#include "api/rest_v2/container.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "api/json.hpp"
#include "api/numbers.hpp"
#include "base/comma_list.hpp"
#include "domain/definitions/breach.hpp"
#include "domain/definitions/changes.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

constexpr std::int64_t disk_max_gb = 1'000'000;

/// The least disk that can be shown stands for none.
std::int64_t shown_disk(const Template& value) {
  return std::max<std::int64_t>(1, value.container_disk_gb);
}

/// The name in a body of a field of the table of templates.
std::string_view member_of(std::string_view field) {
  if (field == "command") return "args";
  if (field == "container_registry_auth_id") return "registry";
  if (field == "container_disk_gb") return "disk";
  return field;
}

/// The first of these values that is beyond its bound, in words.
std::optional<Error> beyond_bounds(const TemplatePatch& patch) {
  Template value;
  value.name = "any";
  apply_patch(patch, value);
  const std::vector<Breach> found = breaches(value);
  if (found.empty()) return std::nullopt;
  return refusal(Errc::invalid, fmt::format("{} must not have more than {} bytes",
                                            member_of(found.front().field), found.front().bound.most));
}

}  // namespace

std::int64_t nearest_whole(std::string_view number) {
  using Limits = std::numeric_limits<std::int64_t>;
  return json_whole(number).value_or(number.starts_with('-') ? Limits::min() : Limits::max());
}

std::optional<Error> unsound_elements(const std::vector<std::string>& elements, std::string_view place) {
  for (std::size_t i = 0; i < elements.size(); ++i) {
    if (trimmed(elements[i]).empty())
      return refusal(Errc::invalid, fmt::format("{}[{}] must not be empty", place, i));
    if (elements[i].find(',') != std::string::npos)
      return refusal(Errc::invalid, fmt::format("{}[{}] must not contain a comma", place, i));
  }
  return std::nullopt;
}

std::vector<std::string> texts_of(const JsonValue& list) {
  std::vector<std::string> texts;
  for (const JsonValue& element : list.elements()) texts.emplace_back(element.text());
  return texts;
}

Result<TemplatePatch> read_container(const JsonValue& body, const Template* before) {
  TemplatePatch patch;
  const auto read_text = [&](std::string_view name, std::optional<std::string>& into,
                             std::string Template::*stored) {
    const auto given = body.member(name);
    if (!given) return;
    const std::string text(given->kind() == JsonKind::null ? std::string_view() : given->text());
    if (before == nullptr || before->*stored != text) into = text;
  };
  read_text("image", patch.image, &Template::image);
  read_text("args", patch.command, &Template::command);
  read_text("registry", patch.container_registry_auth_id, &Template::container_registry_auth_id);
  if (const auto disk = body.member("disk")) {
    const std::int64_t size = nearest_whole(disk->text());
    if (before == nullptr || shown_disk(*before) != size) {
      if (size > disk_max_gb)
        return refusal(Errc::invalid, fmt::format("disk must not be more than {}", disk_max_gb));
      patch.container_disk_gb = size;
    }
  }
  if (const auto given = body.member("ports")) {
    const std::vector<std::string> ports = texts_of(*given);
    if (before == nullptr || comma_entries(before->ports) != ports) {
      if (auto problem = unsound_elements(ports, "ports")) return *problem;
      patch.ports = comma_joined(ports);
    }
  }
  if (auto problem = beyond_bounds(patch)) return *problem;
  return patch;
}

std::optional<service::Environment> read_env(const JsonValue& body) {
  const auto env = body.member("env");
  if (!env) return std::nullopt;
  service::Environment variables;
  for (const auto& [name, value] : env->members()) variables.emplace_back(name, value.text());
  return variables;
}

void add_container(JsonWriter& json, const Template& value,
                   const std::optional<service::Environment>& variables) {
  json.text("image", value.image).text("args", value.command).number("disk", shown_disk(value));
  if (variables) {
    std::string env = "{";
    for (const auto& [name, text] : *variables) {
      if (env.size() > 1) env += ',';
      append_json_string(env, name);
      env += ':';
      append_json_string(env, text);
    }
    json.raw("env", env + "}");
  }
  json.list("ports");
  for (const std::string& port : comma_entries(value.ports)) json.text_element(port);
  json.end();
  const std::string& registry = value.container_registry_auth_id;
  registry.empty() ? json.null("registry") : json.text("registry", registry);
}

}  // namespace pilotlight::api::rest_v2

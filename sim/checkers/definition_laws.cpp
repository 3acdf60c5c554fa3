#include "sim/checkers/definition_laws.hpp"

#include <algorithm>
#include <set>
#include <string>

#include "base/mark.hpp"
#include "domain/definitions/changes.hpp"
#include "domain/definitions/template_fields.hpp"
#include "sim/world/violation.hpp"

namespace pilotlight::sim {
namespace {

void template_saved(const Step& step, const Image& image, const Template& after) {
  const auto at = image.templates.find(after.id);
  if (at == image.templates.end()) return;
  const Template& before = at->second;
  require(before != after, "S27", "template {} is saved as it was", after.id);
  require(after.version <= before.version + 1, "S27", "the version of template {} jumps", after.id);
  const auto* of_endpoint = step.is<command::SaveEndpoint>();
  require(of_endpoint == nullptr || of_endpoint->id == before.bound_endpoint, "S28",
          "the save of another endpoint changes template {}", after.id);
  PayloadRef equal;
  if (const auto* save = step.is<command::SaveTemplate>()) equal = save->env_equals;
  if (const auto* save = step.is<command::SaveEndpoint>(); save != nullptr && save->with)
    equal = save->with->env_equals;
  require(!equal || equal != before.env || after.env == before.env, "S27",
          "the environment of template {} makes way for an equal one", after.id);
}

/// The command changes the template that is bound to the endpoint, and the endpoint gets new workers for it.
bool renewed_for_template(const Step& step, const Endpoint& after) {
  return std::any_of(step.records.begin(), step.records.end(), [&after](const Record& record) {
    const auto* saved = std::get_if<record::TemplateSaved>(&record);
    return saved != nullptr && saved->value.id == after.template_id && saved->value.version > 0;
  });
}

bool same_settings(const Template& a, const Template& b) {
  bool same = true;
  for_each_change(template_fields, [&](const auto& field) { same = same && field.of(a) == field.of(b); });
  return same;
}

/// An endpoint that used a free-standing template gets its own copy of that.
void template_copied(const command::SaveEndpoint& save, const Image& image, const Endpoint& before,
                     const Endpoint& after) {
  const auto source = image.templates.find(before.template_id),
             made = image.templates.find(after.template_id);
  if (!save.with || save.with->start == command::TemplateStart::empty || source == made) return;
  require(source != image.templates.end() && made != image.templates.end(), "S28",
          "endpoint {} has no template before or after a copy", after.id);
  const Template& shared = source->second;
  Template copy = made->second;
  const command::InlineTemplate& with = *save.with;
  const bool same_env = !with.patch.env || (with.env_equals && with.env_equals == shared.env);
  require(!same_env || !copy.env == !shared.env, "S28", "the environment of template {} is not copied",
          shared.id);
  if (same_env) copy.env = shared.env;
  require(with.start == command::TemplateStart::copy || !same_settings(copy, shared), "S28",
          "template {} is copied without need", shared.id);
  Endpoint settings = after;
  settings.template_id = before.template_id;
  const bool changes = needs_new_workers(shared, copy) || needs_new_workers(before, settings);
  require(changes == (after.version > before.version), "S28",
          "the version of endpoint {} goes from {} to {} with a copy of its template", after.id,
          before.version, after.version);
}

void endpoint_saved(const Step& step, const Image& image, const Endpoint& after) {
  const auto* save = step.is<command::SaveEndpoint>();
  const auto* entry = image.endpoint(after.id);
  if (save == nullptr || save->id != after.id || entry == nullptr) return;
  const Endpoint& before = entry->value;
  Endpoint settings = before;
  settings.version = after.version;
  settings.polled_by_hand = after.polled_by_hand;
  require(settings != after || renewed_for_template(step, after), "S27", "endpoint {} is saved as it was",
          after.id);
  require(after.version <= before.version + 1, "S27", "the version of endpoint {} jumps", after.id);
  require(!save->env_equals || save->env_equals != before.env || after.env == before.env, "S27",
          "the environment of endpoint {} makes way for an equal one", after.id);
  template_copied(*save, image, before, after);
}

void templates_hold(const Image& image) {
  std::set<std::string> names;
  for (const auto& [id, value] : image.templates) {
    if (value.bound_endpoint.empty()) {
      require(names.insert(value.name).second, "S29", "two templates have the name {}", value.name);
      continue;
    }
    const auto* endpoint = image.endpoint(value.bound_endpoint);
    require(endpoint != nullptr && endpoint->value.template_id == id, "S28",
            "template {} is bound to endpoint {}, which does not use it", id, value.bound_endpoint);
  }
  for (const auto& [id, entry] : image.endpoints) {
    const auto used = image.templates.find(entry.value.template_id);
    if (entry.deleting && used == image.templates.end()) continue;  // a shared one may go before
    require(used != image.templates.end(), "S28", "endpoint {} has no template", id);
    const EndpointId& bound = used->second.bound_endpoint;
    require(bound.empty() || bound == id, "S28", "endpoint {} uses the template of endpoint {}", id, bound);
    require(entry.deleting || used->second.is_serverless, "S28", "endpoint {} has a template for pods", id);
  }
}

bool is_of_definitions(const Record& record) {
  return std::holds_alternative<record::TemplateSaved>(record) ||
         std::holds_alternative<record::TemplateRemoved>(record) ||
         std::holds_alternative<record::EndpointSaved>(record) ||
         std::holds_alternative<record::EndpointRemoved>(record);
}

}  // namespace

void DefinitionLaws::recorded(const Step& step, const Image& image, const Record& record) {
  if (const auto* saved = std::get_if<record::TemplateSaved>(&record))
    template_saved(step, image, saved->value);
  if (const auto* saved = std::get_if<record::EndpointSaved>(&record))
    endpoint_saved(step, image, saved->value);
}

void DefinitionLaws::step_ends(const Step& step, const Image& image) {
  if (std::any_of(step.records.begin(), step.records.end(), is_of_definitions)) templates_hold(image);
}

void DefinitionLaws::crashed(const Image& image) {
  templates_hold(image);
}

}  // namespace pilotlight::sim

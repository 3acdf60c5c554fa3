#include "domain/definitions/template_fields.hpp"

#include "domain/definitions/changes.hpp"

namespace pilotlight {
namespace {

static_assert(std::tuple_size_v<decltype(template_fields)> == boost::pfr::tuple_size_v<Template>,
              "a field of Template is not in the table");
static_assert(changes_in(template_fields) == boost::pfr::tuple_size_v<TemplatePatch>,
              "a field of TemplatePatch is not in the table");

}  // namespace

void apply_patch(const TemplatePatch& patch, Template& value) {
  apply_fields(template_fields, patch, value);
}

bool needs_new_workers(const Template& before, const Template& after) {
  return renewing_fields_differ(template_fields, before, after);
}

std::vector<Breach> breaches(const Template& value) {
  return bound_breaches(template_fields, value);
}

void CustomCodec<Template>::put(Encoder& out, const Template& value) {
  for_each_field(template_fields, [&](const auto& field) { out.put(field.of(value)); });
}

bool CustomCodec<Template>::get(Decoder& in, Template& value) {
  for_each_field(template_fields, [&](const auto& field) { in.get(field.of(value)); });
  return in.ok();
}

void CustomCodec<TemplatePatch>::put(Encoder& out, const TemplatePatch& patch) {
  for_each_change(template_fields, [&](const auto& field) { out.put(patch.*field.change); });
}

bool CustomCodec<TemplatePatch>::get(Decoder& in, TemplatePatch& patch) {
  for_each_change(template_fields, [&](const auto& field) { in.get(patch.*field.change); });
  return in.ok();
}

}  // namespace pilotlight

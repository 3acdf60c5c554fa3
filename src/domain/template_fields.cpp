#include "domain/template_fields.hpp"

#include "domain/changes.hpp"

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

}  // namespace pilotlight

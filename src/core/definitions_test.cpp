#include "core/definitions.hpp"

#include <gtest/gtest.h>

namespace pilotlight::core {
namespace {

Template template_of(const char* id, std::string name) {
  Template value;
  value.id = TemplateId::parse(id).value();
  value.name = std::move(name);
  return value;
}

EndpointId endpoint_id(const char* id) {
  return EndpointId::parse(id).value();
}

TEST(Definitions, a_renamed_template_is_found_by_its_new_name_only) {
  Definitions definitions;
  definitions.put(template_of("template01", "old"));
  definitions.put(template_of("template01", "new"));
  EXPECT_EQ(definitions.template_named("old"), nullptr);
  ASSERT_NE(definitions.template_named("new"), nullptr);
  EXPECT_EQ(definitions.template_named("new"),
            definitions.find_template(TemplateId::parse("template01").value()));
}

TEST(Definitions, a_changed_template_keeps_its_place) {
  Definitions definitions;
  definitions.put(template_of("template01", "one"));
  definitions.put(template_of("template02", "two"));
  definitions.put(template_of("template01", "first"));
  ASSERT_EQ(definitions.templates().size(), 2U);
  EXPECT_EQ(definitions.templates()[0]->name, "first");
  EXPECT_EQ(definitions.templates()[1]->name, "two");
}

TEST(Definitions, a_removed_template_is_found_no_more) {
  Definitions definitions;
  const auto kept = definitions.put(template_of("template01", "kept"));
  definitions.put(template_of("template02", "gone"));
  definitions.remove_template(TemplateId::parse("template02").value());
  definitions.remove_template(TemplateId::parse("template03").value());
  EXPECT_EQ(definitions.template_named("gone"), nullptr);
  EXPECT_EQ(definitions.template_named("kept"), kept.get());
  EXPECT_EQ(definitions.templates().size(), 1U);
}

TEST(Definitions, an_endpoint_is_made_once_and_hidden_while_deleted) {
  Definitions definitions;
  LiveEndpoint& made = definitions.intern_endpoint(endpoint_id("endpoint000001"));
  EXPECT_EQ(&definitions.intern_endpoint(endpoint_id("endpoint000001")), &made);
  made.deleting = true;
  EXPECT_EQ(definitions.visible_endpoint(endpoint_id("endpoint000001")), nullptr);
  EXPECT_EQ(definitions.find_endpoint(endpoint_id("endpoint000001")), &made);
  definitions.remove_endpoint(endpoint_id("endpoint000001"));
  EXPECT_TRUE(definitions.endpoints().empty());
}

}  // namespace
}  // namespace pilotlight::core

#include "api/graphql/faces.hpp"

#include <gtest/gtest.h>

#include "api/graphql/schema_text.hpp"
#include "domain/definitions/endpoint_fields.hpp"
#include "domain/definitions/samples_test.hpp"
#include "domain/definitions/template_fields.hpp"
#include "graphql/schema.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;

struct OfEndpoint {
  using Entity = Endpoint;
  using Patch = EndpointPatch;
  static constexpr const auto& fields = endpoint_fields;
  static constexpr std::string_view type = "Endpoint", input = "EndpointInput";
  /// An endpoint of another kind can be shown, but is refused.
  static Entity readable() {
    Entity value = filled<Entity>(fields);
    value.kind = EndpointKind::queue;
    return value;
  }
  static std::vector<ShownField<Entity>> shown() { return shown_endpoint_fields(); }
};

struct OfTemplate {
  using Entity = Template;
  using Patch = TemplatePatch;
  static constexpr const auto& fields = template_fields;
  static constexpr std::string_view type = "PodTemplate", input = "SaveTemplateInput";
  static Entity readable() { return filled<Entity>(fields); }
  static std::vector<ShownField<Entity>> shown() { return shown_template_fields(); }
};

template <class Of>
class Faces : public testing::Test {
 protected:
  using Entity = typename Of::Entity;

  /// The shown fields that are fields of the type.
  json::object seen(const Entity& value) const { return shown_among(schema_.type(Of::type)->fields, value); }
  /// The shown fields that the input object has, as that object.
  json::object input_of(const Entity& value) const {
    return shown_among(schema_.type(Of::input)->inputs, value);
  }
  /// The environment and what is read in it are no members of the view: they travel beside the command.
  template <class Use>
  static void for_each_shown(Use&& use) {
    for_each_change(Of::fields, [&](const auto& field) {
      if (field.name != "env" && field.name != "init_timeout") use(field);
    });
  }
  static std::vector<std::string_view> unread(const json::object& input) {
    typename Of::Patch patch;
    EXPECT_EQ(read_fields(input, patch), std::nullopt);
    std::vector<std::string_view> names;
    for_each_shown([&](const auto& field) {
      if (!(patch.*field.change)) names.push_back(field.name);
    });
    return names;
  }

 private:
  template <class Definitions>
  static json::object shown_among(const Definitions& fields, const Entity& value) {
    json::object members;
    for (const ShownField<Entity>& one : Of::shown())
      for (const auto& field : fields)
        if (field.name == one.name) members[one.name] = one.show(value);
    return members;
  }

  const graphql::Schema schema_ = graphql::Schema::parse(graphql_schema_text).value();
};

using Entities = testing::Types<OfEndpoint, OfTemplate>;
TYPED_TEST_SUITE(Faces, Entities);

TYPED_TEST(Faces, each_field_of_the_table_is_shown) {
  using Entity = typename TypeParam::Entity;
  this->for_each_shown([&](const auto& field) {
    Entity value;
    field.of(value) = sample(field.of(value));
    EXPECT_TRUE(this->seen(Entity{}) != this->seen(value)) << field.name << " is on no face";
  });
}

TYPED_TEST(Faces, each_field_of_the_table_is_read_as_it_is_shown) {
  const auto value = TypeParam::readable();
  typename TypeParam::Patch patch;
  EXPECT_EQ(read_fields(this->input_of(value), patch), std::nullopt);
  this->for_each_shown([&](const auto& field) {
    EXPECT_TRUE(patch.*field.change == field.of(value)) << field.name << " is on no face";
  });
}

TYPED_TEST(Faces, each_member_of_the_input_sets_one_field) {
  const json::object input = this->input_of(TypeParam::readable());
  ASSERT_EQ(this->unread(input), std::vector<std::string_view>{});
  for (const auto& member : input) {
    json::object others = input;
    others.erase(member.key());
    EXPECT_EQ(this->unread(others).size(), 1U) << member.key();
  }
}

}  // namespace
}  // namespace pilotlight::api

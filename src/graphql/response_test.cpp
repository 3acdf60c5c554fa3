// What a response looks like: selections, nulls, errors.
#include <gtest/gtest.h>

#include "graphql/testing/example.hpp"

namespace pilotlight::graphql {
namespace {

namespace json = boost::json;
using testing::person;
using testing::prepared;

/// The `data` of the response when every Person is `value`.
std::string data(std::string_view query, const json::value& value, const json::object& variables = {}) {
  const json::object root{{"me", value}, {"sure", value}, {"people", json::array{value}}, {"colour", "RED"}};
  const json::object response = testing::response_to(query, root, variables);
  if (!response.contains("data")) return json::serialize(response);
  return json::serialize(response.at("data"));
}

TEST(Response, selects_by_alias_and_fragment_and_leaves_the_rest_out) {
  EXPECT_EQ(data("query Q { me { ...f n: name __typename } } fragment f on Person { id shout(loud: false) }",
                 person()),
            R"({"me":{"id":"12","shout":"Ada","n":"Ada","__typename":"Person"}})");
}

TEST(Response, fields_stand_in_the_order_in_which_they_are_asked_for) {
  EXPECT_EQ(data("{ me { age name id } }", person()), R"({"me":{"age":30,"name":"Ada","id":"12"}})");
  EXPECT_EQ(data("{ me { a: age ...F name } } fragment F on Person { id age }", person()),
            R"({"me":{"a":30,"id":"12","age":30,"name":"Ada"}})");
}

TEST(Response, selections_with_the_same_key_are_merged) {
  EXPECT_EQ(data("{ me { id } me { name ...F } __typename } fragment F on Person { id age }", person()),
            R"({"me":{"id":"12","name":"Ada","age":30},"__typename":"Query"})");
  json::object one = person();
  one["friends"] = json::array{person({{"name", "B"}})};
  EXPECT_EQ(data("{ me { friends { id } friends { name } } }", one),
            R"({"me":{"friends":[{"id":"12","name":"B"}]}})");
}

TEST(Response, skip_and_include_decide_by_literal_and_variable) {
  const char* query =
      "query Q($on: Boolean = true) { me { id @skip(if: $on) name @include(if: $on) ... @include(if: $on) { "
      "age } "
      "...F @skip(if: $on) } } fragment F on Person { tags }";
  EXPECT_EQ(data(query, person()), R"({"me":{"name":"Ada","age":30}})");
  EXPECT_EQ(data(query, person(), {{"on", true}}), R"({"me":{"name":"Ada","age":30}})");
  EXPECT_EQ(data(query, person(), {{"on", false}}), R"({"me":{"id":"12","tags":["x"]}})");
  EXPECT_EQ(data("{ me { id @skip(if: true) name @skip(if: false) @include(if: true) } }", person()),
            R"({"me":{"name":"Ada"}})");
  EXPECT_EQ(data("{ me { id @include(if: false) @skip(if: false) } }", person()), R"({"me":{}})");
}

TEST(Response, leaves_are_written_in_their_type) {
  EXPECT_EQ(data("{ me { score on colour lists j } }", person({{"score", 3}, {"j", {{"a", {1, nullptr}}}}})),
            R"({"me":{"score":3,"on":true,"colour":"RED","lists":[[1,2]],"j":{"a":[1,null]}}})");
  EXPECT_EQ(data("{ me { name } }", person({{"name", 5}})), R"({"me":{"name":"5"}})");
}

struct NullCase {
  const char* query;
  json::object but;  ///< fields of the person that differ from the usual ones
  const char* data;
  const char* message;
  const char* path;
};

TEST(Response, a_null_goes_up_to_the_nearest_place_that_may_be_null) {
  const json::object broken = person({{"age", nullptr}});
  const char* no_age = "Cannot return null for non-nullable field Person.age.";
  const NullCase cases[] = {
      {"{ me { id age } }", {{"age", nullptr}}, R"({"me":null})", no_age, R"(["me","age"])"},
      {"{ sure { age } }", {{"age", nullptr}}, "null", no_age, R"(["sure","age"])"},
      {"{ people { age } }", {{"age", nullptr}}, "null", no_age, R"(["people",0,"age"])"},
      {"{ me { n: age } colour }",
       {{"age", nullptr}},
       R"({"me":null,"colour":"RED"})",
       no_age,
       R"(["me","n"])"},
      {"{ me { friends { age } name } }",
       {{"friends", {person(), broken, nullptr}}},
       R"({"me":{"friends":[{"age":30},null,null],"name":"Ada"}})",
       no_age,
       R"(["me","friends",1,"age"])"},
      {"{ me { best { best { age } } } }",
       {{"best", person({{"best", broken}})}},
       R"({"me":null})",
       no_age,
       R"(["me","best","best","age"])"},
      {"{ me { friends { best { age } } } }",
       {{"friends", {person({{"best", broken}}), person({{"best", person()}})}}},
       R"({"me":{"friends":[null,{"best":{"age":30}}]}})",
       no_age,
       R"(["me","friends",0,"best","age"])"},
      {"{ me { lists name } }",
       {{"lists", {{1, nullptr}, {2}}}},
       R"({"me":{"lists":[null,[2]],"name":"Ada"}})",
       "Cannot return null for non-nullable field Person.lists.",
       R"(["me","lists",0,1])"},
      {"{ me { tags name } }",
       {{"tags", {"a", nullptr}}},
       R"({"me":null})",
       "Cannot return null for non-nullable field Person.tags.",
       R"(["me","tags",1])"},
      {"{ me { tags } }",
       {{"tags", "no list"}},
       R"({"me":null})",
       "Expected Iterable, but did not find one for field \"Person.tags\".",
       R"(["me","tags"])"},
      {"{ me { age } }",
       {{"age", "old"}},
       R"({"me":null})",
       "Int cannot represent non-integer value: \"old\"",
       R"(["me","age"])"},
      {"{ me { score name } }",
       {{"score", "x"}},
       R"({"me":{"score":null,"name":"Ada"}})",
       "Float cannot represent non numeric value: \"x\"",
       R"(["me","score"])"},
      {"{ me { colour } }",
       {{"colour", "BLUE"}},
       R"({"me":{"colour":null}})",
       "Enum \"Colour\" cannot represent value: \"BLUE\"",
       R"(["me","colour"])"},
  };
  for (const NullCase& one : cases) {
    const json::object value = person(one.but);
    const json::object root{
        {"me", value}, {"sure", value}, {"people", json::array{value}}, {"colour", "RED"}};
    const json::object response = testing::response_to(one.query, root);
    EXPECT_EQ(json::serialize(response.at("data")), one.data) << one.query;
    const json::array& errors = response.at("errors").as_array();
    ASSERT_EQ(errors.size(), 1U) << one.query;
    EXPECT_EQ(errors[0].at("message").as_string(), one.message) << one.query;
    EXPECT_EQ(json::serialize(errors[0].at("path")), one.path) << one.query;
  }
}

TEST(Response, fractions_are_written_without_an_exponent) {
  const auto score = [](double value) {
    const graphql::Prepared request = prepared("{ me { score } }", {});
    const std::string text = complete(request, {RootResult(json::value(person({{"score", value}})))});
    return text.substr(text.find("score"));
  };
  EXPECT_EQ(score(3.99), "score\":3.99}}}");
  EXPECT_EQ(score(-0.00016), "score\":-0.00016}}}");
  EXPECT_EQ(score(4), "score\":4}}}");
  EXPECT_EQ(score(1e300), "score\":1e+300}}}") << "but very large and very small ones";
}

TEST(Response, what_is_not_there_is_null_without_an_error) {
  EXPECT_EQ(json::serialize(testing::response_to("{ me { id } }", {})), R"({"data":{"me":null}})");
  EXPECT_EQ(data("{ me { name friends { id } } }", json::object{{"friends", nullptr}}),
            R"({"me":{"name":null,"friends":null}})");
}

TEST(Response, an_error_has_the_places_of_all_merged_fields) {
  const json::object response =
      testing::response_to("{ me { age }\n me { age } }", {{"me", person({{"age", nullptr}})}});
  EXPECT_EQ(json::serialize(response.at("errors")),
            R"([{"message":"Cannot return null for non-nullable field Person.age.",)"
            R"("locations":[{"line":1,"column":8},{"line":2,"column":7}],"path":["me","age"],)"
            R"("extensions":{"code":"INTERNAL_SERVER_ERROR"}}])");
}

TEST(Response, an_error_of_a_root_field_has_its_code_and_path) {
  const Prepared request = prepared("mutation { a: drop(id: 5) b: drop(id: \"x\") }");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request.operation, OperationKind::mutation);
  EXPECT_EQ(request.roots.at(0).arguments.at("id").as_string(), "5");
  EXPECT_EQ(complete(request, {json::value(true), FieldError{"still in use", "BAD_REQUEST"}}),
            R"({"errors":[{"message":"still in use","locations":[{"line":1,"column":27}],"path":["b"],)"
            R"("extensions":{"code":"BAD_REQUEST"}}],"data":{"a":true,"b":null}})");
}

TEST(Response, a_field_is_mentioned_wherever_the_document_has_it) {
  const auto has = [](std::string_view query) { return mentions(prepared(query), {"name", "age"}); };
  EXPECT_TRUE(has("{ me { name } }"));
  EXPECT_TRUE(has("{ me { ... { best { age } } } }"));
  EXPECT_TRUE(has("{ me { ...F } } fragment F on Person { x: name }"));
  EXPECT_FALSE(has("{ me { name: id ...name } } fragment name on Person { id }"));
}

TEST(Response, the_arguments_of_a_field_are_found_in_the_document) {
  const Prepared request = prepared(
      "query($loud: Boolean) { me { shout best { ...F } } } fragment F on Person { a: shout(loud: $loud) }",
      {{"loud", false}});
  const auto found = arguments_of(request, "Person", "shout", 2);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(*found, (std::vector<json::object>{{{"loud", true}}, {{"loud", false}}}));
  EXPECT_EQ(arguments_of(request, "Person", "shout", 1), std::nullopt);
  EXPECT_EQ(arguments_of(request, "Person", "score", 0)->size(), 0U);
}

TEST(Response, a_refused_request_has_errors_and_no_data) {
  EXPECT_EQ(json::serialize(testing::response_to("{ me { nothing } }", {})),
            R"({"errors":[{"message":"Cannot query field \"nothing\" on type \"Person\".",)"
            R"("locations":[{"line":1,"column":8}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]})");
  EXPECT_EQ(testing::response_to("{", {}).at("errors").at(0).at("extensions").at("code").as_string(),
            "GRAPHQL_PARSE_FAILED");
}

}  // namespace
}  // namespace pilotlight::graphql

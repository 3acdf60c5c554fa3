#include "graphql/graphql.hpp"

#include <gtest/gtest.h>

namespace pilotlight::graphql {
namespace {

namespace json = boost::json;

const char* const sdl = R"(
  type Query { me: Person  people(first: Int = 2, tag: [String!]): [Person!]!  sure: Person!  echo(v: Filter): String }
  type Mutation { save(input: Input!): Person  drop(id: ID!): Boolean }
  type Person { id: ID!  name: String  age: Int!  friends: [Person]  shout(loud: Boolean = true): String }
  enum Colour { RED GREEN }
  input Input { name: String!  age: Int = 7  colours: [Colour!]  inner: Filter }
  input Filter { min: Float  deep: [Filter!] }
)";

const Schema& schema() {
  static const Schema made = [] {
    Schema parsed = Schema::parse(sdl).value();
    EXPECT_TRUE(parsed.resolve("Person.shout", [](const json::value& parent, const json::object& arguments) {
      const std::string name(parent.at("name").as_string());
      return json::value(json::string(arguments.at("loud").as_bool() ? name + "!" : name));
    }));
    return parsed;
  }();
  return made;
}

Prepared prepared(std::string_view query, json::object variables = {}, std::string_view name = {}) {
  return prepare(schema(), query, name, variables);
}

std::string first_error(std::string_view query, json::object variables = {}) {
  const Prepared request = prepared(query, std::move(variables));
  return request.ok() ? "no error" : request.errors.front().message;
}

/// The response's text when every root field has `value`.
std::string answer(std::string_view query, json::value value, json::object variables = {}) {
  const Prepared request = prepared(query, std::move(variables));
  if (!request.ok()) return json::serialize(refused(request));
  return json::serialize(complete(request, std::vector<RootResult>(request.roots.size(), RootResult(value))));
}

json::object person(std::string_view name) {
  return {{"id", 12}, {"name", name}, {"age", 30}, {"secret", "s"}};
}

TEST(GraphqlTest, SelectsByAliasAndFragmentAndLeavesTheRestOut) {
  EXPECT_EQ(
      answer("query Q { me { ...f n: name __typename } } fragment f on Person { id shout(loud: false) }",
             person("Ada")),
      R"({"data":{"me":{"id":"12","shout":"Ada","n":"Ada","__typename":"Person"}}})");
}

TEST(GraphqlTest, SelectionsWithTheSameKeyAreMerged) {
  EXPECT_EQ(answer("{ me { id } me { name } __typename }", person("Ada")),
            R"({"data":{"me":{"id":"12","name":"Ada"},"__typename":"Query"}})");
}

TEST(GraphqlTest, ArgumentsAreCoercedWithDefaultsAndVariables) {
  const Prepared request = prepared(
      R"(mutation M($n: String!, $c: [Colour!]) { save(input: {name: $n, colours: $c, inner: {deep: {min: 3}}}) { id } })",
      {{"n", "Ada"}, {"c", "RED"}});
  ASSERT_TRUE(request.ok()) << request.errors.front().message;
  EXPECT_EQ(request.operation, OperationKind::mutation);
  EXPECT_EQ(json::serialize(request.roots.at(0).arguments),
            R"({"input":{"name":"Ada","age":7,"colours":["RED"],"inner":{"deep":[{"min":3}]}}})");
}

TEST(GraphqlTest, AVariableThatIsAbsentLeavesItsFieldAbsent) {
  const Prepared request =
      prepared("mutation M($i: Filter) { save(input: {name: \"a\", inner: $i}) { id } }");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(json::serialize(request.roots.at(0).arguments), R"({"input":{"name":"a","age":7}})");
}

TEST(GraphqlTest, SkipAndIncludeDecideByVariables) {
  const char* query = "query Q($on: Boolean!) { me { id @skip(if: $on) name @include(if: $on) } }";
  EXPECT_EQ(answer(query, person("Ada"), {{"on", true}}), R"({"data":{"me":{"name":"Ada"}}})");
  EXPECT_EQ(answer(query, person("Ada"), {{"on", false}}), R"({"data":{"me":{"id":"12"}}})");
}

TEST(GraphqlTest, NullInARequiredFieldEmptiesTheNearestNullablePlace) {
  json::object broken = person("Ada");
  broken["age"] = nullptr;
  EXPECT_EQ(
      answer("{ me { id age } }", broken),
      R"({"errors":[{"message":"Cannot return null for non-nullable field Person.age.","locations":[{"line":1,"column":11}],)"
      R"("path":["me","age"],"extensions":{"code":"INTERNAL_SERVER_ERROR"}}],"data":{"me":null}})");
  EXPECT_EQ(json::parse(answer("{ sure { age } }", broken)).at("data"), json::value(nullptr));
  const json::value list = json::parse(answer("{ people { age } }", json::array{person("B"), broken}));
  EXPECT_EQ(list.at("data"), json::value(nullptr)) << "items and the list are both required";
  EXPECT_EQ(json::serialize(list.at("errors").at(0).at("path")), R"(["people",1,"age"])");
}

TEST(GraphqlTest, ANullableItemStopsTheNull) {
  json::object ada = person("Ada");
  json::object broken = person("B");
  broken["age"] = "old";
  ada["friends"] = json::array{person("C"), broken};
  const json::value response = json::parse(answer("{ me { friends { age } } }", ada));
  EXPECT_EQ(json::serialize(response.at("data")), R"({"me":{"friends":[{"age":30},null]}})");
  EXPECT_EQ(response.at("errors").at(0).at("message").as_string(),
            "Int cannot represent non-integer value: \"old\"");
}

TEST(GraphqlTest, AnErrorOfARootFieldHasItsCodeAndPath) {
  const Prepared request = prepared("mutation { a: drop(id: 5) b: drop(id: \"x\") }");
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request.roots.at(0).arguments.at("id").as_string(), "5");
  const json::object response =
      complete(request, {json::value(true), FieldError{"still in use", "BAD_REQUEST"}});
  EXPECT_EQ(json::serialize(response),
            R"({"errors":[{"message":"still in use","locations":[{"line":1,"column":27}],"path":["b"],)"
            R"("extensions":{"code":"BAD_REQUEST"}}],"data":{"a":true,"b":null}})");
}

TEST(GraphqlTest, RequestErrorsSayWhatIsWrong) {
  EXPECT_EQ(first_error("{ me { id "), "Syntax Error: Expected Name, found <EOF>.");
  EXPECT_EQ(
      first_error("{ me }"),
      "Field \"me\" of type \"Person\" must have a selection of subfields. Did you mean \"me { ... }\"?");
  EXPECT_EQ(first_error("{ me { nam } }"),
            "Cannot query field \"nam\" on type \"Person\". Did you mean \"name\"?");
  EXPECT_EQ(first_error("mutation { drop }"),
            "Field \"drop\" argument \"id\" of type \"ID!\" is required, but it was not provided.");
  EXPECT_EQ(first_error("query A { me { id } } query B { me { id } }"),
            "Must provide operation name if query contains multiple operations.");
  EXPECT_EQ(first_error("query($a: Int!) { people(first: $a) { id } }"),
            "Variable \"$a\" of required type \"Int!\" was not provided.");
  EXPECT_EQ(first_error("query($a: Int!) { people(first: $a) { id } }", {{"a", nullptr}}),
            "Variable \"$a\" of non-null type \"Int!\" must not be null.");
  EXPECT_EQ(
      first_error("mutation($i: Input!) { save(input: $i) { id } }", {{"i", json::object{{"name", 1}}}}),
      "Variable \"$i\" got invalid value 1 at \"i.name\"; String cannot represent a non string value: 1");
  EXPECT_EQ(first_error("mutation($i: Input!) { save(input: $i) { id } }",
                        {{"i", json::object{{"name", "n"}, {"agee", 1}}}}),
            "Variable \"$i\" got invalid value { name: \"n\", agee: 1 }; Field \"agee\" is not defined by "
            "type \"Input\". Did you "
            "mean \"age\"?");
}

TEST(GraphqlTest, ANullVariableCannotStandForARequiredArgument) {
  const Prepared request = prepared("query($a: Int = 3) { people(first: $a) { id } }", {{"a", nullptr}});
  ASSERT_TRUE(request.ok());
  EXPECT_EQ(request.roots.at(0).arguments.at("first"), json::value(nullptr));
  EXPECT_EQ(first_error("mutation($d: ID = \"x\") { drop(id: $d) }", {{"d", nullptr}}),
            "Argument \"id\" of type \"ID!\" has an invalid value.");
}

TEST(GraphqlTest, LimitsAreNamed) {
  std::string deep = "{ me ";
  for (int i = 0; i < 300; ++i) deep += "{ friends ";
  EXPECT_NE(first_error(deep).find("nested deeper than 200"), std::string::npos) << first_error(deep);
  EXPECT_NE(first_error("{" + std::string(30'000, '{')).find("Syntax Error"), std::string::npos);
  EXPECT_NE(first_error(std::string(2'000'000, ' ')), "no error");
  std::string wide = "{";
  for (int i = 0; i < 150; ++i) wide += " a" + std::to_string(i) + ": me { id }";
  EXPECT_EQ(first_error(wide + "}"), "Operation selects more than 100 root fields.");
  std::string bomb = "{ me { ...f0 } }";
  for (int i = 0; i < 30; ++i) {
    const std::string next = std::to_string(i + 1);
    bomb += " fragment f" + std::to_string(i) + " on Person { a: friends { ...f" + next +
            " } b: friends { ...f" + next + " } }";
  }
  bomb += " fragment f30 on Person { id }";
  EXPECT_EQ(first_error(bomb), "Document selects more than 10000 fields.");
}

TEST(GraphqlTest, CyclesOfFragmentsAreRefused) {
  EXPECT_EQ(
      first_error("{ me { ...a } } fragment a on Person { friends { ...b } } fragment b on Person { ...a }"),
      "Cannot spread fragment \"a\" within itself via \"b\".");
}

}  // namespace
}  // namespace pilotlight::graphql

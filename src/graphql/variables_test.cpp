// What becomes of arguments and variables.
#include <gtest/gtest.h>

#include "graphql/testing/example.hpp"

namespace pilotlight::graphql {
namespace {

using testing::arguments_of;
namespace json = boost::json;

struct Case {
  const char* query;
  const char* variables;  ///< JSON
  const char* result;     ///< the arguments of the first root field, or the error
};

void check(std::initializer_list<Case> cases) {
  for (const Case& one : cases)
    EXPECT_EQ(arguments_of(one.query, json::parse(one.variables).as_object()), one.result)
        << one.query << " with " << one.variables;
}

TEST(Variables, literals_are_coerced) {
  check({
      {"{ people { id } }", "{}", R"({"first":2})"},
      {"{ people(first: null) { id } }", "{}", R"({"first":null})"},
      {"{ people(tag: \"a\") { id } }", "{}", R"({"first":2,"tag":["a"]})"},
      {"{ num(l: 1, ll: 1, id: 5, f: 1, e: RED) }", "{}", R"({"f":1,"id":"5","e":"RED","l":[1],"ll":[[1]]})"},
      {"{ num(ll: [1, [2]]) }", "{}", R"({"ll":[[1],[2]]})"},
      {"{ echo(v: {deep: {min: 2.5}}) }", "{}", R"({"v":{"deep":[{"min":2.5E0,"must":1}],"must":1}})"},
      {"{ any(j: {a: [1, x, \"y\", null, true, 1.5], b: {}}) }", "{}",
       R"({"j":{"a":[1,"x","y",null,true,1.5E0],"b":{}}})"},
  });
}

TEST(Variables, a_variable_that_is_absent_leaves_its_place_absent) {
  check({
      {"query($a: Int) { people(first: $a) { id } }", "{}", R"({"first":2})"},
      {"query($a: Int) { people(first: $a) { id } }", R"({"a":null})", R"({"first":null})"},
      {"query($a: Int = 5) { people(first: $a) { id } }", "{}", R"({"first":5})"},
      {"query($a: Int = 5) { people(first: $a) { id } }", R"({"a":null})", R"({"first":null})"},
      {"query($a: Int = 5) { people(first: $a) { id } }", R"({"a":7})", R"({"first":7})"},
      {"mutation($a: Int, $i: Filter) { save(input: {name: \"n\", age: $a, inner: $i}) { id } }", "{}",
       R"({"input":{"name":"n","age":7}})"},
      {"query($a: Int) { num(l: [$a, 1]) }", "{}", R"({"l":[null,1]})"},
      {"query($a: Int) { echo(v: {must: $a}) }", "{}", R"({"v":{"must":1}})"},
      {"query($a: Int) { need(a: 1, b: $a) }", "{}", R"({"a":1,"b":3})"},
  });
}

TEST(Variables, values_are_coerced_to_their_types) {
  const char* all =
      "query($i: Int, $s: String, $b: Boolean, $id: ID, $e: Colour, $f: Float, $l: [Int], $ll: [[Int!]]) "
      "{ num(i: $i, s: $s, b: $b, id: $id, e: $e, f: $f, l: $l, ll: $ll) }";
  check({
      {all, R"({"i":1,"s":"x","b":true,"id":"a","e":"RED","f":1.25,"l":[1,null],"ll":[[1],null]})",
       R"({"f":1.25E0,"i":1,"s":"x","b":true,"id":"a","e":"RED","l":[1,null],"ll":[[1],null]})"},
      {all, R"({"i":1.0,"id":5,"f":3,"l":5,"ll":1})", R"({"f":3,"i":1,"id":"5","l":[5],"ll":[[1]]})"},
      {all, R"({"i":6e5,"id":5.0,"l":[-0.0,60e-1]})", R"({"i":600000,"id":"5","l":[0,6]})"},
      {"query($a: Filter) { echo(v: $a) }", R"({"a":{"deep":{"min":1}}})",
       R"({"v":{"deep":[{"min":1,"must":1}],"must":1}})"},
      {"query($j: JSON) { any(j: $j) }", R"({"j":{"a":[1,{"b":null}]}})", R"({"j":{"a":[1,{"b":null}]}})"},
  });
}

TEST(Variables, what_does_not_fit_is_said_with_its_place) {
  const char* number = "query($a: Int!) { people(first: $a) { id } }";
  const char* input = "mutation($i: Input!) { save(input: $i) { id } }";
  check({
      {number, "{}", "Variable \"$a\" of required type \"Int!\" was not provided."},
      {number, R"({"a":null})", "Variable \"$a\" of non-null type \"Int!\" must not be null."},
      {number, R"({"a":"1"})",
       "Variable \"$a\" got invalid value \"1\"; Int cannot represent non-integer value: \"1\""},
      {number, R"({"a":1.5})",
       "Variable \"$a\" got invalid value 1.5; Int cannot represent non-integer value: 1.5"},
      {number, R"({"a":2147483648})",
       "Variable \"$a\" got invalid value 2147483648; Int cannot represent non 32-bit signed integer value: "
       "2147483648"},
      {number, R"({"a":9007199254740993.0})",
       "Variable \"$a\" got invalid value 9007199254740992; Int cannot represent non 32-bit signed integer "
       "value: 9007199254740992"},
      {"query($id: ID) { num(id: $id) }", R"({"id":1.5})",
       "Variable \"$id\" got invalid value 1.5; ID cannot represent value: 1.5"},
      {number, R"({"a":true})",
       "Variable \"$a\" got invalid value true; Int cannot represent non-integer value: true"},
      {input, R"({"i":5})", "Variable \"$i\" got invalid value 5; Expected type \"Input\" to be an object."},
      {input, R"({"i":{}})",
       "Variable \"$i\" got invalid value {}; Field \"name\" of required type \"String!\" was not provided."},
      {input, R"({"i":{"name":null}})",
       "Variable \"$i\" got invalid value null at \"i.name\"; Expected non-nullable type \"String!\" not to "
       "be null."},
      {input, R"({"i":{"name":"a","colours":["RED","BLUE"]}})",
       "Variable \"$i\" got invalid value \"BLUE\" at \"i.colours[1]\"; Value \"BLUE\" does not exist in "
       "\"Colour\" enum."},
      {input, R"({"i":{"name":"a","inner":{"deep":[{"min":"x"}]}}})",
       "Variable \"$i\" got invalid value \"x\" at \"i.inner.deep[0].min\"; Float cannot represent non "
       "numeric value: "
       "\"x\""},
      {input, R"({"i":{"name":"a","nmae":1}})",
       "Variable \"$i\" got invalid value { name: \"a\", nmae: 1 }; Field \"nmae\" is not defined by type "
       "\"Input\". Did "
       "you mean \"name\"?"},
      {"query($e: Colour) { num(e: $e) }", R"({"e":""})",
       "Variable \"$e\" got invalid value \"\"; Value \"\" does not exist in \"Colour\" enum."},
      {"mutation($d: ID = \"x\") { drop(id: $d) }", R"({"d":null})",
       "Argument \"id\" of non-null type \"ID!\" must not be null."},
  });
}

TEST(Variables, errors_of_variables_have_their_code) {
  const Prepared request = testing::prepared("query($a: Int!) { people(first: $a) { id } }");
  EXPECT_EQ(request.errors.at(0).code, "BAD_USER_INPUT");
  EXPECT_EQ(testing::places(request.errors.at(0)), "1:7");
  EXPECT_EQ(request.http_status(), 400);
}

TEST(Variables, the_number_of_errors_is_bounded) {
  json::object wrong{{"name", "a"}};
  for (int i = 0; i < 100'000; ++i) wrong["field" + std::to_string(i)] = i;
  const Prepared request =
      testing::prepared("mutation($i: Input!) { save(input: $i) { id } }", {{"i", wrong}});
  EXPECT_GT(request.errors.size(), 10U);
  EXPECT_LE(request.errors.size(), 51U);
}

TEST(Variables, the_operation_is_chosen_by_name) {
  const char* two = "query A { colour } query B { me { id } }";
  EXPECT_EQ(prepare(testing::example_schema(), two, "B", {}).roots.at(0).field_name, "me");
  EXPECT_EQ(prepare(testing::example_schema(), two, "C", {}).errors.at(0).message,
            "Unknown operation named \"C\".");
  EXPECT_EQ(prepare(testing::example_schema(), two, "", {}).errors.at(0).message,
            "Must provide operation name if query contains multiple operations.");
  EXPECT_EQ(testing::first_error("fragment F on Query { colour }"), "Fragment \"F\" is never used.");
}

}  // namespace
}  // namespace pilotlight::graphql

#include "graphql/parser.hpp"

#include <gtest/gtest.h>

#include "graphql/place_test.hpp"
#include "graphql/printer.hpp"

namespace pilotlight::graphql {
namespace {

ast::Document parsed(std::string_view source) {
  auto result = parse(source);
  if (const auto* error = std::get_if<SyntaxError>(&result)) {
    ADD_FAILURE() << source << ": " << error->message;
    return {};
  }
  return std::get<ast::Document>(std::move(result));
}

struct Golden {
  const char* source;
  const char* printed;
};

/// Every construct once.
const Golden goldens[] = {
    {"{a}", "query {\n  a\n}\n"},
    {"query Q{a b,c}", "query Q {\n  a\n  b\n  c\n}\n"},
    {"mutation M @d{a:b(x:1)@e(y:2)}subscription S{c}",
     "mutation M @d {\n  a: b(x: 1) @e(y: 2)\n}\n\nsubscription S {\n  c\n}\n"},
    {"query($a:Int=1@d,$b:[[T!]!]!={x:[E]}){a(x:$a)}",
     "query($a: Int = 1 @d, $b: [[T!]!]! = {x: [E]}) {\n  a(x: $a)\n}\n"},
    {"{a{b{c}}...F@d ...on T{x}...@e{y}...{z}}",
     "query {\n  a {\n    b {\n      c\n    }\n  }\n  ...F @d\n  ... on T {\n    x\n  }\n  ... @e {\n    y\n "
     " }\n"
     "  ... {\n    z\n  }\n}\n"},
    {"fragment F on T@d{a}", "fragment F on T @d {\n  a\n}\n"},
    {R"({a(i:-0 f:1.5e-3 s:"q\"\n" b:true n:null e:E l:[1[2]{}]o:{x:{y:$v}})})",
     "query {\n  a(i: -0, f: 1.5e-3, s: \"q\\\"\\n\", b: true, n: null, e: E, l: [1, [2], {}], o: {x: {y: "
     "$v}})\n}\n"},
    {"{a(s:\"\"\"\n  two\n   lines\n\"\"\")}", "query {\n  a(s: \"two\\n lines\")\n}\n"},
    {"{on query mutation fragment type true null extend schema}",
     "query {\n  on\n  query\n  mutation\n  fragment\n  type\n  true\n  null\n  extend\n  schema\n}\n"},
    {"query query{query:mutation}fragment query on on{on}",
     "query query {\n  query: mutation\n}\n\nfragment query on on {\n  on\n}\n"},
    {"schema@d{query:Q mutation:M subscription:S}",
     "schema @d {\n  query: Q\n  mutation: M\n  subscription: S\n}\n"},
    {"extend schema@d extend schema{query:Q}", "extend schema @d\n\nextend schema {\n  query: Q\n}\n"},
    {"scalar S@d(x:1)extend scalar S@e", "scalar S @d(x: 1)\n\nextend scalar S @e\n"},
    {"type A type B implements I&J@d{a:T b(x:Int=1@d y:[S!]!):U@e}",
     "type A\n\ntype B implements I & J @d {\n  a: T\n  b(x: Int = 1 @d, y: [S!]!): U @e\n}\n"},
    {"type A implements&I&J extend type A implements I extend type A@d extend type A{x:Y}",
     "type A implements I & J\n\nextend type A implements I\n\nextend type A @d\n\nextend type A {\n  x: "
     "Y\n}\n"},
    {"interface I implements J{a:T}extend interface I{b:T}",
     "interface I implements J {\n  a: T\n}\n\nextend interface I {\n  b: T\n}\n"},
    {"union U union V@d=|A|B extend union U=C", "union U\n\nunion V @d = A | B\n\nextend union U = C\n"},
    {"enum E enum F{A B@d}extend enum E{C}",
     "enum E\n\nenum F {\n  A\n  B @d\n}\n\nextend enum E {\n  C\n}\n"},
    {"input I input J{a:Int=1@d b:[S]}extend input I@d{c:T}",
     "input I\n\ninput J {\n  a: Int = 1 @d\n  b: [S]\n}\n\nextend input I @d {\n  c: T\n}\n"},
    {"directive@d on FIELD directive@e(a:Int=1 b:S)repeatable on|QUERY|ENUM_VALUE",
     "directive @d on FIELD\n\ndirective @e(a: Int = 1, b: S) repeatable on QUERY | ENUM_VALUE\n"},
    {"\"s\"schema{query:Q}\"t\"type A{\"f\"a(\"x\"b:C):D}\"e\"enum E{\"v\"F}\"\"\"d\"\"\"directive@d on "
     "FIELD \"i\"input I{\"j\"k:L}",
     "\"s\"\nschema {\n  query: Q\n}\n\n\"t\"\ntype A {\n  \"f\"\n  a(\"x\" b: C): D\n}\n\n\"e\"\nenum E {\n "
     " \"v\"\n  F\n}"
     "\n\n\"d\"\ndirective @d on FIELD\n\n\"i\"\ninput I {\n  \"j\" k: L\n}\n"},
    {"{ saveEndpoint ( input : { bidPerGpu: 0.1 gpuCount: 1,\n# a comment\n env: [ { key : \"\" } ], } ) { "
     "id , } }",
     "query {\n  saveEndpoint(input: {bidPerGpu: 0.1, gpuCount: 1, env: [{key: \"\"}]}) {\n    id\n  }\n}\n"},
};

TEST(Parser, every_construct_is_read_and_printed) {
  for (const Golden& golden : goldens)
    EXPECT_EQ(print(parsed(golden.source)), golden.printed) << golden.source;
}

TEST(Parser, what_is_printed_is_read_as_the_same_again) {
  for (const Golden& golden : goldens) EXPECT_EQ(print(parsed(golden.printed)), golden.printed);
}

TEST(Parser, byte_order_marks_line_ends_and_commas_are_no_difference) {
  const std::string wanted = print(parsed("query Q($a: Int) { b(c: $a) d }"));
  EXPECT_EQ(print(parsed("\xEF\xBB\xBFquery Q ( $a : Int )\r\n{\r b(c:$a),,,\r\n\td # end\r}")), wanted);
}

TEST(Parser, places_point_at_the_first_token) {
  const ast::Document document =
      parsed("\n query Q($a: [Int] = 1) {\n  al: b(x: {y: $a}) @d\n  ... on T { c }\n }");
  const auto& operation = std::get<ast::Operation>(document.definitions.at(0));
  EXPECT_EQ(shown(operation.location), "2:2");
  EXPECT_EQ(shown(operation.name_location), "2:8");
  EXPECT_EQ(shown(operation.variables.at(0).location), "2:10");
  EXPECT_EQ(shown(operation.variables.at(0).type.location), "2:14");
  const ast::Selection& field = operation.selections.at(0);
  EXPECT_EQ(shown(field.location), "3:3");
  EXPECT_EQ(shown(field.arguments.at(0).location), "3:9");
  EXPECT_EQ(shown(field.arguments.at(0).value.fields.at(0).value.location), "3:16");
  EXPECT_EQ(shown(field.directives.at(0).location), "3:21");
  EXPECT_EQ(shown(operation.selections.at(1).condition_location), "4:10");
}

struct NoDocument {
  const char* source;
  const char* message;
  const char* place;
};

TEST(Parser, what_is_no_document_is_refused_with_its_place) {
  const NoDocument failures[] = {
      {"", "Unexpected <EOF>.", "1:1"},
      {"# only a comment", "Unexpected <EOF>.", "1:17"},
      {"{", "Expected Name, found <EOF>.", "1:2"},
      {"{}", "Expected Name, found \"}\".", "1:2"},
      {"{ a } }", "Unexpected \"}\".", "1:7"},
      {"{ a() }", "Expected Name, found \")\".", "1:5"},
      {"{ a(x) }", "Expected \":\", found \")\".", "1:6"},
      {"{ a(x: ) }", "Unexpected \")\".", "1:8"},
      {"{ a: }", "Expected Name, found \"}\".", "1:6"},
      {"{ ... }", "Expected \"{\", found \"}\".", "1:7"},
      {"{ ...on }", "Expected Name, found \"}\".", "1:9"},
      {"{ a @ }", "Expected Name, found \"}\".", "1:7"},
      {"query Q()", "Expected \"$\", found \")\".", "1:9"},
      {"query Q($a) { a }", "Expected \":\", found \")\".", "1:11"},
      {"query Q($a: Int = {x: [$b]}) { a }", "Unexpected variable \"$b\" in constant value.", "1:24"},
      {"query Q($a: Int @d(x: $b)) { a }", "Unexpected variable \"$b\" in constant value.", "1:23"},
      {"query Q($a: Int!!) { a }", "Expected \"$\", found \"!\".", "1:17"},
      {"query ($a: [Int) { a }", "Expected \"]\", found \")\".", "1:16"},
      {"{ a(x: {a}) }", "Expected \":\", found \"}\".", "1:10"},
      {"{ a(x: [) }", "Unexpected \")\".", "1:9"},
      {"{ a(x: \"\\q\") }", "Invalid character escape sequence: \"\\q\".", "1:9"},
      {"fragment on on T { a }", "Unexpected Name \"on\".", "1:10"},
      {"fragment F T { a }", "Expected \"on\", found Name \"T\".", "1:12"},
      {"fragment F($a: Int) on T { a }", "Expected \"on\", found \"(\".", "1:11"},
      {"notanoperation { a }", "Unexpected Name \"notanoperation\".", "1:1"},
      {"1", "Unexpected Int \"1\".", "1:1"},
      {"1.5", "Unexpected Float \"1.5\".", "1:1"},
      {"{ \"a\" }", "Expected Name, found String \"a\".", "1:3"},
      {"{ \"\"\"a\"\"\" }", "Expected Name, found BlockString \"a\".", "1:3"},
      {"\"d\" extend type A { b: C }", "Unexpected Name \"extend\".", "1:5"},
      {"\"\" extend type A { b: C }", "Unexpected Name \"extend\".", "1:4"},
      {"extend", "Unexpected <EOF>.", "1:7"},
      {"extend type A", "Unexpected <EOF>.", "1:14"},
      {"extend scalar S", "Unexpected <EOF>.", "1:16"},
      {"extend union U { a }", "Unexpected \"{\".", "1:16"},
      {"extend schema", "Unexpected <EOF>.", "1:14"},
      {"extend directive @d on FIELD", "Unexpected Name \"directive\".", "1:8"},
      {"schema {}", "Expected Name, found \"}\".", "1:9"},
      {"schema { foo: Q }", "Unexpected Name \"foo\".", "1:10"},
      {"type A {}", "Expected Name, found \"}\".", "1:9"},
      {"type A { a(): B }", "Expected Name, found \")\".", "1:12"},
      {"type A implements B C { a: B }", "Unexpected Name \"C\".", "1:21"},
      {"type A @d(x: $v)", "Unexpected variable \"$v\" in constant value.", "1:14"},
      {"union U = A | | B", "Expected Name, found \"|\".", "1:15"},
      {"enum E { true }", "Name \"true\" is reserved and cannot be used for an enum value.", "1:10"},
      {"input I { a(x: Int): Int }", "Expected \":\", found \"(\".", "1:12"},
      {"directive @d on foo", "Unexpected Name \"foo\".", "1:17"},
      {"directive @d on FIELD |", "Expected Name, found <EOF>.", "1:24"},
      {"directive d on FIELD", "Expected \"@\", found Name \"d\".", "1:11"},
  };
  for (const NoDocument& failure : failures) {
    const auto result = parse(failure.source);
    const auto* error = std::get_if<SyntaxError>(&result);
    ASSERT_NE(error, nullptr) << failure.source;
    EXPECT_EQ(error->message, std::string("Syntax Error: ") + failure.message) << failure.source;
    EXPECT_EQ(shown(error->location), failure.place) << failure.source;
  }
}

TEST(Parser, a_long_token_is_shortened_in_the_message) {
  const auto result = parse("{ a(x: 1) } " + std::string(100'000, 'x'));
  EXPECT_LT(std::get<SyntaxError>(result).message.size(), 200U);
}

}  // namespace
}  // namespace pilotlight::graphql

#include "graphql/schema.hpp"

#include <gtest/gtest.h>

#include "graphql/types.hpp"

namespace pilotlight::graphql {
namespace {

std::string problem(std::string_view sdl) {
  const Result<Schema> schema = Schema::parse(sdl);
  return schema ? "none" : schema.error().message;
}

TEST(Schema, refuses_what_cannot_serve) {
  const std::pair<const char*, const char*> cases[] = {
      {"type Query { a: Int }", "none"},
      {"schema { query: Root } type Root { a: Int }", "none"},
      {"directive @d on FIELD_DEFINITION type Query { a: Int @d }", "none"},
      {"type Query { a: Int", "Syntax Error: Expected Name, found <EOF>. (1:20)"},
      {"type Other { a: Int }", "the query root must be an object type"},
      {"type Query { a: Int } type Query { b: Int }", "type Query is defined twice"},
      {"type Query { a: Nope }", "Query.a: Nope is not an output type"},
      {"type Query { a(b: Nope): Int }", "Query: Nope is not an input type"},
      {"type Query { a(b: Query): Int }", "Query: Query is not an input type"},
      {"input I { a: Int } type Query { a: [I!] }", "Query.a: [I!] is not an output type"},
      {"type Query", "type Query is empty"},
      {"enum E type Query { a: E }", "type E is empty"},
      {"{ a }", "a schema cannot contain operations or fragments"},
      {"union U = Query type Query { a: Int }", "type U: extensions, interfaces and unions cannot be used"},
      {"extend type Query { a: Int }", "type Query: extensions, interfaces and unions cannot be used"},
  };
  for (const auto& [sdl, message] : cases) EXPECT_EQ(problem(sdl), message) << sdl;
}

TEST(Schema, finds_types_fields_and_roots) {
  const Schema schema = Schema::parse("type Query { a(b: Int): Int } type Mutation { c: Int }").value();
  ASSERT_NE(schema.type("Query"), nullptr);
  EXPECT_EQ(schema.type("Nope"), nullptr);
  EXPECT_EQ(schema.field(*schema.type("Query"), "a")->arguments.at(0).name, "b");
  EXPECT_EQ(schema.field(*schema.type("Query"), "z"), nullptr);
  EXPECT_EQ(schema.root("mutation")->name, "Mutation");
  EXPECT_EQ(schema.root("subscription"), nullptr);
}

TEST(Schema, resolvers_stand_at_fields_that_are_there) {
  Schema schema = Schema::parse("type Query { a: Int }").value();
  const auto resolver = [](const boost::json::value&, const boost::json::object&, const std::any&) {
    return boost::json::value();
  };
  EXPECT_TRUE(schema.resolve("Query.a", resolver));
  EXPECT_FALSE(schema.resolve("Query.b", resolver));
  EXPECT_FALSE(schema.resolve("Nope.a", resolver));
  EXPECT_FALSE(schema.resolve("Query", resolver));
}

TEST(Suggestions, are_close_and_in_order) {
  EXPECT_EQ(did_you_mean("nmae", {"name", "id", "age"}), " Did you mean \"name\"?");
  EXPECT_EQ(did_you_mean("NAME", {"name"}), " Did you mean \"name\"?");
  EXPECT_EQ(did_you_mean("aa", {"ab", "ac"}), " Did you mean \"ab\" or \"ac\"?");
  EXPECT_EQ(did_you_mean("workersMix", {"workersMin", "workersMax"}),
            " Did you mean \"workersMax\" or \"workersMin\"?");
  EXPECT_EQ(did_you_mean("zzz", {"name", "id"}), "");
  EXPECT_EQ(did_you_mean(std::string(100'000, 'x'), {"name"}), "");
}

}  // namespace
}  // namespace pilotlight::graphql

// Documents that are small to send and large to answer.
#include <gtest/gtest.h>

#include "graphql/testing/example.hpp"

namespace pilotlight::graphql {
namespace {

namespace json = boost::json;
using testing::first_error;

std::string repeated(std::string_view text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

TEST(Bombs, size_is_limited_before_anything_else) {
  EXPECT_EQ(first_error(std::string(2'000'000, ' ')), "Syntax Error: Document is larger than 1048576 bytes.");
}

TEST(Bombs, tokens_are_limited) {
  EXPECT_EQ(first_error("{ me { " + repeated("id ", 25'000) + "} }"),
            "Syntax Error: Document contains more than 20000 tokens. Parsing aborted.");
}

TEST(Bombs, nesting_is_limited_in_every_construct) {
  const std::string deeper = "Syntax Error: Document is nested deeper than 200 levels.";
  EXPECT_EQ(first_error(repeated("{ me ", 10'000)), deeper);
  EXPECT_EQ(first_error("{ any(j: " + repeated("[", 10'000)), deeper);
  EXPECT_EQ(first_error("{ any(j: " + repeated("{a: ", 6'000)), deeper);
  EXPECT_EQ(first_error("query($a: " + repeated("[", 10'000)), deeper);
  EXPECT_EQ(first_error("{ " + repeated("... { ", 6'000)), deeper);
  EXPECT_EQ(first_error("{ any(j: " + repeated("[", 150) + repeated("]", 150) + ") }"), "none");
}

TEST(Bombs, nesting_counts_through_fragments) {
  std::string chain = "{ me { ...f0 } }";
  for (int i = 0; i < 150; ++i)
    chain += " fragment f" + std::to_string(i) + " on Person { best { best { ...f" + std::to_string(i + 1) +
             " } } }";
  EXPECT_EQ(first_error(chain + " fragment f150 on Person { id }"),
            "Document is nested deeper than 200 levels.");
}

TEST(Bombs, fields_are_counted_after_fragments_are_spread) {
  std::string doubling = "{ me { ...f0 } }";
  for (int i = 0; i < 40; ++i) {
    const std::string next = "...f" + std::to_string(i + 1);
    doubling += " fragment f" + std::to_string(i) + " on Person { a: best { " + next + " } b: best { " +
                next + " } }";
  }
  EXPECT_EQ(first_error(doubling + " fragment f40 on Person { id }"),
            "Document selects more than 10000 fields.");

  std::string flat = "{ me { ...f0 } }";
  for (int i = 0; i < 40; ++i) {
    const std::string next = " ...f" + std::to_string(i + 1);
    flat += " fragment f" + std::to_string(i) + " on Person {" + next + next + " }";
  }
  EXPECT_EQ(first_error(flat + " fragment f40 on Person { id }"), "Document selects more than 10000 fields.");
}

TEST(Bombs, every_operation_of_the_document_counts) {
  std::string many;
  for (int i = 0; i < 60; ++i) many += "query Q" + std::to_string(i) + " { ...F } ";
  many += "fragment F on Query { me { " + repeated("id ", 200) + "} }";
  EXPECT_EQ(first_error(many), "Document selects more than 10000 fields.");
}

TEST(Bombs, root_fields_are_limited) {
  std::string wide = "{";
  for (int i = 0; i < 101; ++i) wide += " a" + std::to_string(i) + ": me { id }";
  EXPECT_EQ(first_error(wide + " }"), "Operation selects more than 100 root fields.");
}

TEST(Bombs, cycles_of_fragments_are_refused) {
  EXPECT_EQ(first_error("{ me { ...a } } fragment a on Person { ...a }"),
            "Cannot spread fragment \"a\" within itself.");
  EXPECT_EQ(
      first_error("{ me { ...a } } fragment a on Person { best { ...b } } fragment b on Person { ...c } "
                  "fragment c on Person { ... { ...a } }"),
      "Cannot spread fragment \"a\" within itself via \"b\", \"c\".");
}

TEST(Bombs, values_of_the_response_are_limited) {
  json::array many;
  for (int i = 0; i < 250; ++i) many.push_back(testing::person());
  std::string wide = "{ people { id";
  for (int i = 0; i < 1100; ++i) wide += " a" + std::to_string(i) + ": name";
  const json::object response = testing::response_to(wide + " } }", {{"people", many}});
  EXPECT_EQ(
      json::serialize(response),
      R"({"errors":[{"message":"The response would have more than 250000 values; ask for less at once.",)"
      R"("extensions":{"code":"BAD_USER_INPUT"}}],"data":null})");
}

TEST(Bombs, a_response_at_the_limit_is_whole) {
  Limits limits;
  limits.values_max = 4;  // people, its item, id, name
  const json::object root{{"people", json::array{testing::person()}}};
  EXPECT_FALSE(testing::response_to("{ people { id name } }", root, {}, limits).contains("errors"));
  limits.values_max = 3;
  EXPECT_TRUE(testing::response_to("{ people { id name } }", root, {}, limits).contains("errors"));
}

TEST(Bombs, texts_of_the_response_are_limited_together) {
  Limits limits;
  limits.text_bytes_max = 5;
  const json::object root{{"me", testing::person({{"name", "abc"}, {"j", {{"k", "v"}}}})}};
  EXPECT_FALSE(testing::response_to("{ me { name } }", root, {}, limits).contains("errors"));
  for (const char* query : {"{ me { name again: name } }", "{ me { j } }"})
    EXPECT_EQ(testing::response_to(query, root, {}, limits).at("errors").at(0).at("message"),
              "The response would have more than 5 bytes of text; ask for less at once.");
}

TEST(Bombs, arguments_of_root_fields_are_bounded_together) {
  const std::string query = "query($t: [String!]) { a: people(tag: $t) { id } b: people(tag: $t) { id } }";
  Limits limits;
  limits.values_max = 10;
  const std::string many = "Arguments of root fields have more than 10 values or 16777216 bytes of text.";
  EXPECT_EQ(first_error(query, {{"t", {"1", "2", "3"}}}, limits), "none") << "and the defaults of `first`";
  EXPECT_EQ(first_error(query, {{"t", {"1", "2", "3", "4"}}}, limits), many);
  limits = {};
  limits.text_bytes_max = 10;
  EXPECT_EQ(first_error(query, {{"t", {"12345"}}}, limits), "none");
  EXPECT_EQ(first_error(query, {{"t", {"123456"}}}, limits),
            "Arguments of root fields have more than 250000 values or 10 bytes of text.");
}

TEST(Bombs, arguments_of_other_fields_count_toward_the_response) {
  const json::object root{{"me", {{"name", "Ann"}}}};
  Limits limits;
  limits.values_max = 5;  // `me`, and twice `shout` with its argument
  const auto response = [&](std::string_view query) {
    return json::serialize(testing::response_to(query, root, {}, limits));
  };
  EXPECT_EQ(response("{ me { a: shout b: shout } }"), R"({"data":{"me":{"a":"Ann!","b":"Ann!"}}})");
  EXPECT_NE(response("{ me { a: shout b: shout c: name } }").find("more than 5 values"), std::string::npos);
  EXPECT_NE(response("{ me { a: shout b: shout c: shout } }").find("more than 5 values"), std::string::npos);
}

TEST(Bombs, a_field_is_made_only_where_it_is_selected) {
  int made = 0;
  Schema schema = Schema::parse("type Query { all: [Thing] } type Thing { id: Int }").value();
  ASSERT_TRUE(
      schema.resolve("Thing.id", [&made](const json::value& place, const json::object&, const std::any&) {
        ++made;
        return place;
      }));
  const auto complete_all = [&schema](std::string_view query) {
    const Prepared request = prepare(schema, query, {}, {});
    return complete(request, std::vector<RootResult>(request.roots.size(), json::value{1, 2, 3}));
  };
  EXPECT_EQ(complete_all("{ all { __typename } }"),
            R"({"data":{"all":[{"__typename":"Thing"},{"__typename":"Thing"},{"__typename":"Thing"}]}})");
  EXPECT_EQ(made, 0);
  EXPECT_EQ(complete_all("{ all { id again: id } }"),
            R"({"data":{"all":[{"id":1,"again":1},{"id":2,"again":2},{"id":3,"again":3}]}})");
  EXPECT_EQ(made, 6);
}

TEST(Bombs, merging_many_equal_selections_is_quick_and_right) {
  std::string same = "{";
  for (int i = 0; i < 50; ++i)
    same += " me { " + repeated("id ", 50) + "best { best { " + repeated("id ", 50) + "} } }";
  EXPECT_EQ(first_error(same + " }"), "none");
}

}  // namespace
}  // namespace pilotlight::graphql

#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "graphql/graphql.hpp"

/// A small schema that has one of everything, and short ways to ask it.
namespace pilotlight::graphql::testing {

namespace json = boost::json;

inline constexpr std::string_view example_sdl = R"(
  scalar JSON
  enum Colour { RED GREEN }
  type Query {
    me: Person  people(first: Int = 2, tag: [String!]): [Person!]!  sure: Person!  echo(v: Filter): String
    need(a: Int!, b: Int! = 3): Boolean  any(j: JSON): JSON  colour: Colour
    num(f: Float, i: Int, s: String, b: Boolean, id: ID, e: Colour, l: [Int], ll: [[Int!]]): Float
  }
  type Mutation { save(input: Input!): Person  drop(id: ID!): Boolean }
  type Person {
    id: ID!  name: String  age: Int!  friends: [Person]  best: Person!  shout(loud: Boolean = true): String
    lists: [[Int!]]  tags: [String!]!  colour: Colour  score: Float  on: Boolean  j: JSON
  }
  type Other { id: ID }
  input Input { name: String!  age: Int = 7  colours: [Colour!]  inner: Filter }
  input Filter { min: Float  deep: [Filter!]  must: Int! = 1 }
)";

inline const Schema& example_schema() {
  static const Schema made = [] {
    Schema parsed = Schema::parse(example_sdl).value();
    const auto shout = [](const json::value& parent, const json::object& arguments, const std::any&) {
      const std::string name(parent.at("name").as_string());
      return json::value(json::string(arguments.at("loud").as_bool() ? name + "!" : name));
    };
    EXPECT_TRUE(parsed.resolve("Person.shout", shout));
    return parsed;
  }();
  return made;
}

inline Prepared prepared(std::string_view query, const json::object& variables = {},
                         const Limits& limits = {}) {
  return prepare(example_schema(), query, {}, variables, limits);
}

/// `1:5,2:7` for the places of an error.
inline std::string places(const RequestError& error) {
  std::string text;
  for (const Location& one : error.locations)
    text += (text.empty() ? "" : ",") + std::to_string(one.line) + ":" + std::to_string(one.column);
  return text;
}

/// The first error of a request, "none" if it has none.
inline std::string first_error(std::string_view query, const json::object& variables = {},
                               const Limits& limits = {}) {
  const Prepared request = prepared(query, variables, limits);
  return request.ok() ? "none" : request.errors.front().message;
}

/// The coerced arguments of the first root field as JSON, or the request's first error.
inline std::string arguments_of(std::string_view query, const json::object& variables = {}) {
  const Prepared request = prepared(query, variables);
  return request.ok() ? json::serialize(request.roots.at(0).arguments) : request.errors.front().message;
}

/// The response when the root fields have the values of `root`'s members.
inline json::object response_to(std::string_view query, const json::object& root,
                                const json::object& variables = {}, const Limits& limits = {}) {
  const Prepared request = prepared(query, variables, limits);
  if (!request.ok()) return refused(request);
  std::vector<RootResult> results;
  for (const RootField& field : request.roots) {
    const json::value* value = root.if_contains(field.field_name);
    results.emplace_back(value == nullptr ? json::value() : *value);
  }
  return json::parse(complete(request, results)).as_object();
}

inline json::object person(const json::object& but = {}) {
  json::object made{{"id", 12},      {"name", "Ada"},           {"age", 30},
                    {"tags", {"x"}}, {"colour", "RED"},         {"score", 1.5},
                    {"on", true},    {"secret", "never shown"}, {"lists", {{1, 2}}}};
  for (const auto& [key, value] : but) made[key] = value;
  return made;
}

}  // namespace pilotlight::graphql::testing

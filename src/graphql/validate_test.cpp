// One row a rule: a document that keeps it, one that breaks it, and what is said about the latter.
#include <gtest/gtest.h>

#include <algorithm>

#include "graphql/testing/example.hpp"

namespace pilotlight::graphql {
namespace {

using testing::prepared;

struct Rule {
  const char* name;  ///< as the reference implementation calls it
  const char* kept;
  const char* broken;
  const char* message;
  const char* places;
};

const Rule rules[] = {
    {"ExecutableDefinitions", "{ me { id } }", "{ me { id } } type A { b: C }",
     "The \"A\" definition is not executable.", "1:15"},
    {"ExecutableDefinitions", "{ me { id } }", "{ me { id } } schema { query: Q }",
     "The schema definition is not executable.", "1:15"},
    {"UniqueOperationNames", "query A { me { id } }", "query A { me { id } } query A { me { id } }",
     "There can be only one operation named \"A\".", "1:7,1:29"},
    {"LoneAnonymousOperation", "{ me { id } }", "{ me { id } } query A { me { id } }",
     "This anonymous operation must be the only defined operation.", "1:1"},
    {"KnownTypeNames", "query($a: Int) { people(first: $a) { id } }",
     "query($a: Filtr) { people(first: $a) { id } }",
     "Unknown type \"Filtr\". Did you mean \"Filter\" or \"Int\"?", "1:11"},
    {"KnownTypeNames", "{ me { ... on Person { id } } }", "{ me { ... on Persn { id } } }",
     "Unknown type \"Persn\". Did you mean \"Person\"?", "1:15"},
    {"FragmentsOnCompositeTypes", "{ me { ...F } } fragment F on Person { id }",
     "{ me { ...F } } fragment F on Colour { id }",
     "Fragment \"F\" cannot condition on non composite type \"Colour\".", "1:31"},
    {"FragmentsOnCompositeTypes", "{ me { ... { id } } }", "{ me { ... on Int { id } } }",
     "Fragment cannot condition on non composite type \"Int\".", "1:15"},
    {"VariablesAreInputTypes", "query($a: Filter) { echo(v: $a) }", "query($a: Person) { echo(v: $a) }",
     "Variable \"$a\" cannot be non-input type \"Person\".", "1:11"},
    {"ScalarLeafs", "{ me { id } }", "{ me }",
     "Field \"me\" of type \"Person\" must have a selection of subfields. Did you mean \"me { ... }\"?",
     "1:3"},
    {"ScalarLeafs", "{ colour }", "{ colour { x } }",
     "Field \"colour\" must not have a selection since type \"Colour\" has no subfields.", "1:10"},
    {"FieldsOnCorrectType", "{ me { name } }", "{ me { nmae } }",
     "Cannot query field \"nmae\" on type \"Person\". Did you mean \"name\"?", "1:8"},
    {"FieldsOnCorrectType", "{ __typename }", "{ nothing }",
     "Cannot query field \"nothing\" on type \"Query\".", "1:3"},
    {"UniqueFragmentNames", "{ ...F } fragment F on Query { colour }",
     "{ ...F } fragment F on Query { colour } fragment F on Query { colour }",
     "There can be only one fragment named \"F\".", "1:19,1:50"},
    {"KnownFragmentNames", "{ ...F } fragment F on Query { colour }", "{ ...F }", "Unknown fragment \"F\".",
     "1:6"},
    {"NoUnusedFragments", "{ ...F } fragment F on Query { colour }",
     "{ colour } fragment F on Query { colour }", "Fragment \"F\" is never used.", "1:12"},
    {"PossibleFragmentSpreads", "{ me { ...F } } fragment F on Person { id }",
     "{ me { ...F } } fragment F on Other { id }",
     "Fragment \"F\" cannot be spread here as objects of type \"Person\" can never be of type \"Other\".",
     "1:8"},
    {"PossibleFragmentSpreads", "{ me { ... on Person { id } } }", "{ me { ... on Other { id } } }",
     "Fragment cannot be spread here as objects of type \"Person\" can never be of type \"Other\".", "1:8"},
    {"NoFragmentCycles", "{ me { ...F ...F } } fragment F on Person { id }",
     "{ me { ...F } } fragment F on Person { best { ...G } } fragment G on Person { ...F }",
     "Cannot spread fragment \"F\" within itself via \"G\".", "1:47,1:79"},
    {"UniqueVariableNames", "query($a: Int, $b: Int) { need(a: 1) people(first: $a) { id } num(i: $b) }",
     "query($a: Int, $a: Int) { people(first: $a) { id } }", "There can be only one variable named \"$a\".",
     "1:8,1:17"},
    {"NoUndefinedVariables", "query Q($a: Int) { people(first: $a) { id } }",
     "query Q { people(first: $a) { id } }", "Variable \"$a\" is not defined by operation \"Q\".",
     "1:25,1:1"},
    {"NoUndefinedVariables", "query($a: Int) { ...F } fragment F on Query { people(first: $a) { id } }",
     "{ ...F } fragment F on Query { people(first: $a) { id } }", "Variable \"$a\" is not defined.",
     "1:46,1:1"},
    {"NoUnusedVariables", "query Q($a: JSON) { any(j: {x: [$a]}) }", "query Q($a: JSON) { colour }",
     "Variable \"$a\" is never used in operation \"Q\".", "1:9"},
    {"KnownDirectives", "{ me @skip(if: true) { id } }", "{ me @nope { id } }",
     "Unknown directive \"@nope\".", "1:6"},
    {"KnownDirectives", "{ ...F @include(if: true) } fragment F on Query { colour }",
     "query @skip(if: true) { colour }", "Directive \"@skip\" may not be used on QUERY.", "1:7"},
    {"UniqueDirectivesPerLocation", "{ colour @skip(if: true) @include(if: true) }",
     "{ colour @skip(if: true) @skip(if: true) }",
     "The directive \"@skip\" can only be used once at this location.", "1:10,1:26"},
    {"KnownArgumentNames", "{ need(a: 1, b: 2) }", "{ need(a: 1, c: 2) }",
     "Unknown argument \"c\" on field \"Query.need\". Did you mean \"a\" or \"b\"?", "1:14"},
    {"KnownArgumentNames", "{ colour @skip(if: true) }", "{ colour @skip(if: true, iff: true) }",
     "Unknown argument \"iff\" on directive \"@skip\". Did you mean \"if\"?", "1:26"},
    {"UniqueArgumentNames", "{ need(a: 1) }", "{ need(a: 1, a: 2) }",
     "There can be only one argument named \"a\".", "1:8,1:14"},
    {"UniqueInputFieldNames", "{ echo(v: {min: 1}) }", "{ echo(v: {min: 1, min: 2}) }",
     "There can be only one input field named \"min\".", "1:12,1:20"},
    {"UniqueInputFieldNames", "{ any(j: {a: {a: 1}}) }", "{ any(j: {a: 1, a: 2}) }",
     "There can be only one input field named \"a\".", "1:11,1:17"},
    {"ProvidedRequiredArguments", "{ need(a: 1) }", "{ need(b: 1) }",
     "Field \"need\" argument \"a\" of type \"Int!\" is required, but it was not provided.", "1:3"},
    {"ProvidedRequiredArguments", "{ colour @skip(if: false) }", "{ colour @skip }",
     "Directive \"@skip\" argument \"if\" of type \"Boolean!\" is required, but it was not provided.",
     "1:10"},
    {"ValuesOfCorrectType", "{ num(l: 1, ll: [[1], null], e: RED, id: 5) }", "{ num(l: [1, \"x\"]) }",
     "Int cannot represent non-integer value: \"x\"", "1:14"},
    {"ValuesOfCorrectType", "{ num(i: -2147483648) }", "{ num(i: 2147483648) }",
     "Int cannot represent non 32-bit signed integer value: 2147483648", "1:10"},
    {"ValuesOfCorrectType", "{ num(f: 1) }", "{ num(f: \"1\") }",
     "Float cannot represent non numeric value: \"1\"", "1:10"},
    {"ValuesOfCorrectType", "{ num(e: GREEN) }", "{ num(e: GREN) }",
     "Value \"GREN\" does not exist in \"Colour\" enum. Did you mean the enum value \"GREEN\" or \"RED\"?",
     "1:10"},
    {"ValuesOfCorrectType", "{ num(e: RED) }", "{ num(e: \"RED\") }",
     "Enum \"Colour\" cannot represent non-enum value: \"RED\". Did you mean the enum value \"RED\" or "
     "\"GREEN\"?",
     "1:10"},
    {"ValuesOfCorrectType", "{ num(b: true) }", "{ num(b: 1) }",
     "Boolean cannot represent a non boolean value: 1", "1:10"},
    {"ValuesOfCorrectType", "{ num(s: \"\") }", "{ num(s: RED) }",
     "String cannot represent a non string value: RED", "1:10"},
    {"ValuesOfCorrectType", "{ num(id: \"x\") }", "{ num(id: 1.5) }",
     "ID cannot represent a non-string and non-integer value: 1.5", "1:11"},
    {"ValuesOfCorrectType", "{ people(first: null) { id } }", "{ need(a: null) }",
     "Expected value of type \"Int!\", found null.", "1:11"},
    {"ValuesOfCorrectType", "mutation { save(input: {name: \"a\"}) { id } }",
     "mutation { save(input: {}) { id } }",
     "Field \"Input.name\" of required type \"String!\" was not provided.", "1:24"},
    {"ValuesOfCorrectType", "mutation { save(input: {name: \"a\", age: 1}) { id } }",
     "mutation { save(input: {name: \"a\", aeg: 1}) { id } }",
     "Field \"aeg\" is not defined by type \"Input\". Did you mean \"age\"?", "1:36"},
    {"ValuesOfCorrectType", "{ echo(v: {}) }", "{ echo(v: 5) }",
     "Expected value of type \"Filter\", found 5.", "1:11"},
    {"VariablesInAllowedPosition", "query($a: [String!]!) { people(tag: $a) { id } }",
     "query($a: [String]) { people(tag: $a) { id } }",
     "Variable \"$a\" of type \"[String]\" used in position expecting type \"[String!]\".", "1:7,1:35"},
    {"VariablesInAllowedPosition", "query($a: Int = 1) { need(a: $a) }", "query($a: Int) { need(a: $a) }",
     "Variable \"$a\" of type \"Int\" used in position expecting type \"Int!\".", "1:7,1:26"},
    {"VariablesInAllowedPosition", "query($a: Int) { need(a: 1, b: $a) }",
     "query($a: Int = null) { need(a: $a) }",
     "Variable \"$a\" of type \"Int\" used in position expecting type \"Int!\".", "1:7,1:33"},
    {"OverlappingFieldsCanBeMerged", "{ a: me { id } a: me { name } }", "{ a: me { id } a: sure { id } }",
     "Fields \"a\" conflict because \"me\" and \"sure\" are different fields. Use different aliases on the "
     "fields to "
     "fetch both if this was intentional.",
     "1:3,1:16"},
    {"OverlappingFieldsCanBeMerged", "{ people(first: 1, tag: []) { id } people(tag: [], first: 1) { id } }",
     "{ people(first: 1) { id } people(first: 2) { id } }",
     "Fields \"people\" conflict because they have differing arguments. Use different aliases on the fields "
     "to fetch "
     "both if this was intentional.",
     "1:3,1:27"},
};

TEST(Validation, documents_that_keep_the_rules_are_accepted) {
  for (const Rule& rule : rules) {
    const Prepared request = prepared(rule.kept, {{"a", nullptr}});
    for (const RequestError& error : request.errors)
      EXPECT_NE(error.code, "GRAPHQL_VALIDATION_FAILED")
          << rule.name << ": " << rule.kept << ": " << error.message;
  }
}

TEST(Validation, each_broken_rule_is_said_with_its_place) {
  for (const Rule& rule : rules) {
    const Prepared request = prepared(rule.broken);
    const auto said = std::find_if(request.errors.begin(), request.errors.end(),
                                   [&](const RequestError& error) { return error.message == rule.message; });
    ASSERT_NE(said, request.errors.end())
        << rule.name << ": " << rule.broken << " says " << testing::first_error(rule.broken);
    EXPECT_EQ(said->code, "GRAPHQL_VALIDATION_FAILED");
    EXPECT_EQ(testing::places(*said), rule.places) << rule.name << ": " << rule.broken;
  }
}

TEST(Validation, all_errors_of_a_document_are_said_at_once) {
  const Prepared request = prepared("query($u: Nope) { me { nothing } need people(frist: 1) { id } }");
  std::string all;
  for (const RequestError& error : request.errors) all += error.message + "\n";
  for (const char* part :
       {"Unknown type \"Nope\"", "\"$u\" is never used", "\"nothing\"", "\"frist\"", "\"need\""})
    EXPECT_NE(all.find(part), std::string::npos) << part << " in " << all;
}

TEST(Validation, an_operation_that_the_schema_does_not_have_is_refused) {
  EXPECT_EQ(testing::first_error("subscription { a }"),
            "Schema is not configured to execute subscription operation.");
}

TEST(Validation, introspection_is_refused_as_the_public_api_does) {
  EXPECT_EQ(testing::first_error("{ __schema { types { name } } }"),
            "GraphQL introspection is not allowed, but the query contained __schema or __type.");
}

TEST(Validation, strings_may_stand_for_ids) {
  EXPECT_EQ(testing::first_error("mutation($id: String!) { drop(id: $id) }", {{"id", "x"}}), "none");
}

TEST(Validation, the_number_of_errors_is_bounded) {
  std::string wrong = "{ me { ";
  for (int i = 0; i < 5000; ++i) wrong += "nmae" + std::to_string(i) + " ";
  const Prepared request = prepared(wrong + "} }");
  EXPECT_EQ(request.errors.size(), 101U);
  EXPECT_EQ(request.errors.back().message,
            "Too many validation errors, error limit reached. Validation aborted.");
}

}  // namespace
}  // namespace pilotlight::graphql

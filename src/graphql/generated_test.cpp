// Documents drawn at random: what is printed must be read as the same, and no mutation of a text does harm.
#include <gtest/gtest.h>

#include "base/random.hpp"
#include "graphql/parser.hpp"
#include "graphql/printer.hpp"
#include "graphql/testing/example.hpp"
#include "graphql/utf8.hpp"

namespace pilotlight::graphql {
namespace {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : random_(seed) {}

  ast::Document document() {
    ast::Document made;
    for (std::uint64_t i = 0; i <= random_.below(3); ++i) made.definitions.push_back(definition());
    return made;
  }

 private:
  bool sometimes() { return random_.below(3) == 0; }

  std::string name() {
    constexpr const char* names[] = {"a", "B", "_", "query", "fragment", "type", "input", "x9", "extend"};
    return names[random_.below(std::size(names))];
  }

  std::string text() {
    constexpr const char* parts[] = {
        "",  "a", "\"", "\\", "\n", "\r", "\t", "\x01", "\x7F", "\"\"\"", "#", "\xC3\xA9", "\xF0\x9F\x98\x80",
        "{", " "};
    std::string made;
    for (std::uint64_t i = 0; i < random_.below(6); ++i) made += parts[random_.below(std::size(parts))];
    return made;
  }

  ast::Value value(unsigned depth, bool constant) {
    ast::Value made;
    made.kind = static_cast<ast::ValueKind>(random_.below(depth > 2 ? 7 : 9));
    if (made.kind == ast::ValueKind::variable && constant) made.kind = ast::ValueKind::null;
    switch (made.kind) {
      case ast::ValueKind::variable: made.text = name(); break;
      case ast::ValueKind::integer:
        made.text = std::to_string(static_cast<int>(random_.below(2000)) - 1000);
        break;
      case ast::ValueKind::floating: made.text = "-1.5e" + std::to_string(random_.below(30)); break;
      case ast::ValueKind::string: made.text = text(); break;
      case ast::ValueKind::boolean: made.text = sometimes() ? "true" : "false"; break;
      case ast::ValueKind::null: made.text = "null"; break;
      case ast::ValueKind::enumeration: made.text = name(); break;
      case ast::ValueKind::list:
        for (std::uint64_t i = 0; i < random_.below(3); ++i) made.items.push_back(value(depth + 1, constant));
        break;
      case ast::ValueKind::object: made.fields = arguments(depth + 1, constant); break;
    }
    return made;
  }

  std::vector<ast::Argument> arguments(unsigned depth, bool constant) {
    std::vector<ast::Argument> made;
    for (std::uint64_t i = 0; i < random_.below(3); ++i) made.push_back({name(), value(depth, constant), {}});
    return made;
  }

  std::vector<ast::Directive> directives(bool constant) {
    std::vector<ast::Directive> made;
    while (sometimes()) made.push_back({name(), arguments(0, constant), {}});
    return made;
  }

  ast::Type type(unsigned depth = 0) {
    ast::Type made;
    made.name = name();
    if (depth < 3 && sometimes()) {
      made.name.clear();
      made.shape = ast::TypeShape::list;
      made.of = std::make_shared<ast::Type>(type(depth + 1));
    }
    if (!sometimes()) return made;
    ast::Type required;
    required.shape = ast::TypeShape::non_null;
    required.of = std::make_shared<ast::Type>(made);
    return required;
  }

  std::vector<ast::Selection> selections(unsigned depth) {
    std::vector<ast::Selection> made;
    for (std::uint64_t i = 0; i <= random_.below(3); ++i) {
      ast::Selection one;
      one.kind = depth > 3 ? ast::SelectionKind::field : static_cast<ast::SelectionKind>(random_.below(3));
      one.directives = directives(false);
      if (one.kind != ast::SelectionKind::inline_fragment) one.name = name();
      if (one.kind == ast::SelectionKind::field) {
        if (sometimes()) one.alias = name();
        one.arguments = arguments(0, false);
        if (depth < 4 && sometimes()) one.selections = selections(depth + 1);
      } else if (one.kind == ast::SelectionKind::inline_fragment) {
        if (sometimes()) one.type_condition = name();
        one.selections = selections(depth + 1);
      }
      made.push_back(one);
    }
    return made;
  }

  std::vector<ast::InputValue> inputs() {
    std::vector<ast::InputValue> made;
    while (sometimes()) {
      ast::InputValue one;
      one.description = sometimes() ? text() : "";
      one.name = name();
      one.type = type();
      if (sometimes()) one.default_value = value(0, true);
      one.directives = directives(true);
      made.push_back(one);
    }
    return made;
  }

  ast::TypeDefinition type_definition() {
    ast::TypeDefinition made;
    made.kind = static_cast<ast::TypeKind>(random_.below(6));
    made.name = name();
    made.extends = sometimes();
    made.description = !made.extends && sometimes() ? text() : "";
    made.directives = directives(true);
    if (made.extends && made.directives.empty()) made.directives.push_back({"d", {}, {}});
    const bool has_fields = made.kind == ast::TypeKind::object || made.kind == ast::TypeKind::interface;
    while (has_fields && sometimes())
      made.fields.push_back({sometimes() ? text() : "", name(), inputs(), type(), directives(true), {}});
    while ((has_fields || made.kind == ast::TypeKind::union_) && sometimes()) made.names.push_back(name());
    while (made.kind == ast::TypeKind::enumeration && sometimes())
      made.values.push_back({sometimes() ? text() : "", name(), directives(true)});
    if (made.kind == ast::TypeKind::input) made.inputs = inputs();
    return made;
  }

  ast::Definition definition() {
    if (sometimes()) return type_definition();
    if (sometimes()) {
      ast::DirectiveDefinition made;
      made.name = name();
      made.arguments = inputs();
      made.repeatable = sometimes();
      made.places = {"FIELD", "ENUM_VALUE"};
      return made;
    }
    if (sometimes()) return ast::Fragment{name(), name(), directives(false), selections(0), {}, {}, {}};
    ast::Operation made;
    made.kind = sometimes() ? "mutation" : "query";
    if (sometimes()) made.name = name();
    while (sometimes()) {
      ast::VariableDefinition one{name(), type(), std::nullopt, directives(true), {}, {}};
      if (sometimes()) one.default_value = value(0, true);
      made.variables.push_back(one);
    }
    made.directives = directives(false);
    made.selections = selections(0);
    return made;
  }

  Random random_;
};

TEST(Generated, printing_and_reading_again_changes_nothing) {
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    const std::string printed = print(Generator(seed).document());
    const auto again = parse(printed);
    const auto* error = std::get_if<SyntaxError>(&again);
    ASSERT_EQ(error, nullptr) << "seed " << seed << ": " << error->message << "\n" << printed;
    ASSERT_EQ(print(std::get<ast::Document>(again)), printed) << "seed " << seed;
  }
}

TEST(Generated, mutated_documents_do_no_harm) {
  Random random(7);
  for (std::uint64_t seed = 1; seed <= 3000; ++seed) {
    std::string text = print(Generator(seed).document());
    for (int i = 0; i < 3; ++i) {
      const std::size_t at = random.below(text.size());
      if (random.below(2) == 0) text.erase(at, 1 + random.below(4));
      if (text.empty()) break;
      text[random.below(text.size())] = static_cast<char>(random.next());
      if (text.empty()) break;
    }
    const Prepared request = testing::prepared(text);
    for (const RequestError& error : request.errors) EXPECT_TRUE(is_utf8(error.message)) << text;
  }
}

}  // namespace
}  // namespace pilotlight::graphql

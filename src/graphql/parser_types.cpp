#include "graphql/parser_impl.hpp"

#include <algorithm>
#include <array>

namespace pilotlight::graphql {
namespace {

constexpr std::array<std::string_view, 3> operation_kinds{"query", "mutation", "subscription"};

constexpr std::array<std::string_view, 19> directive_places{"QUERY",
                                                            "MUTATION",
                                                            "SUBSCRIPTION",
                                                            "FIELD",
                                                            "FRAGMENT_DEFINITION",
                                                            "FRAGMENT_SPREAD",
                                                            "INLINE_FRAGMENT",
                                                            "VARIABLE_DEFINITION",
                                                            "SCHEMA",
                                                            "SCALAR",
                                                            "OBJECT",
                                                            "FIELD_DEFINITION",
                                                            "ARGUMENT_DEFINITION",
                                                            "INTERFACE",
                                                            "UNION",
                                                            "ENUM",
                                                            "ENUM_VALUE",
                                                            "INPUT_OBJECT",
                                                            "INPUT_FIELD_DEFINITION"};

template <class Names>
bool is_one_of(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

ast::Definition Parser::type_system_definition() {
  const Location start = token_.location;
  const bool has_description = token_.kind == TokenKind::string || token_.kind == TokenKind::block_string;
  std::string description = this->description();
  const bool extends = !has_description && skip_keyword("extend");
  const Form form = extends ? Form::extension : Form::definition;
  if (token_.keyword("schema")) {
    ast::SchemaDefinition schema = schema_definition(form);
    schema.description = std::move(description);
    schema.extends = extends;
    schema.location = start;
    return schema;
  }
  if (token_.keyword("directive") && !extends) {
    ast::DirectiveDefinition directive = directive_definition();
    directive.description = std::move(description);
    directive.location = start;
    return directive;
  }
  ast::TypeDefinition type = type_definition(form);
  type.description = std::move(description);
  type.extends = extends;
  type.location = start;
  return type;
}

std::string Parser::description() {
  if (token_.kind != TokenKind::string && token_.kind != TokenKind::block_string) return {};
  std::string text = std::move(token_.text);
  advance();
  return text;
}

ast::SchemaDefinition Parser::schema_definition(Form form) {
  ast::SchemaDefinition schema;
  expect_keyword("schema");
  schema.directives = directives(Constness::constant);
  // An extension says something: directives alone will do.
  if (form == Form::extension && !token_.punctuator("{")) {
    if (schema.directives.empty()) unexpected();
    return schema;
  }
  expect("{");
  do {
    ast::RootType root;
    if (token_.kind == TokenKind::name && !is_one_of(operation_kinds, token_.text)) unexpected();
    root.operation = name();
    expect(":");
    root.type = name();
    schema.roots.push_back(std::move(root));
  } while (more("}"));
  return schema;
}

ast::DirectiveDefinition Parser::directive_definition() {
  ast::DirectiveDefinition directive;
  expect_keyword("directive");
  expect("@");
  directive.name = name();
  directive.arguments = input_values("(", ")");
  directive.repeatable = skip_keyword("repeatable");
  expect_keyword("on");
  skip("|");
  do {
    if (token_.kind == TokenKind::name && !is_one_of(directive_places, token_.text)) unexpected();
    directive.places.push_back(name());
  } while (!failed_ && skip("|"));
  return directive;
}

ast::TypeDefinition Parser::type_definition(Form form) {
  ast::TypeDefinition type;
  if (skip_keyword("scalar")) {
    type.kind = ast::TypeKind::scalar;
  } else if (skip_keyword("type")) {
    type.kind = ast::TypeKind::object;
  } else if (skip_keyword("interface")) {
    type.kind = ast::TypeKind::interface;
  } else if (skip_keyword("union")) {
    type.kind = ast::TypeKind::union_;
  } else if (skip_keyword("enum")) {
    type.kind = ast::TypeKind::enumeration;
  } else if (skip_keyword("input")) {
    type.kind = ast::TypeKind::input;
  } else {
    unexpected();
    return type;
  }
  type.name = name();
  const bool has_fields = type.kind == ast::TypeKind::object || type.kind == ast::TypeKind::interface;
  if (has_fields && skip_keyword("implements")) type.names = names_between("&");
  type.directives = directives(Constness::constant);
  if (has_fields) type.fields = field_definitions();
  if (type.kind == ast::TypeKind::union_ && skip("=")) type.names = names_between("|");
  if (type.kind == ast::TypeKind::enumeration) type.values = enum_values();
  if (type.kind == ast::TypeKind::input) type.inputs = input_values("{", "}");
  const bool says_nothing = type.names.empty() && type.directives.empty() && type.fields.empty() &&
                            type.values.empty() && type.inputs.empty();
  if (form == Form::extension && says_nothing) unexpected();
  return type;
}

std::vector<ast::FieldDefinition> Parser::field_definitions() {
  std::vector<ast::FieldDefinition> found;
  if (!skip("{")) return found;
  do {
    ast::FieldDefinition field;
    field.location = token_.location;
    field.description = description();
    field.name = name();
    field.arguments = input_values("(", ")");
    expect(":");
    field.type = type();
    field.directives = directives(Constness::constant);
    found.push_back(std::move(field));
  } while (more("}"));
  return found;
}

std::vector<ast::InputValue> Parser::input_values(std::string_view open, std::string_view close) {
  std::vector<ast::InputValue> found;
  if (!skip(open)) return found;
  do {
    ast::InputValue input;
    input.location = token_.location;
    input.description = description();
    input.name = name();
    expect(":");
    input.type = type();
    if (skip("=")) input.default_value = value(Constness::constant);
    input.directives = directives(Constness::constant);
    found.push_back(std::move(input));
  } while (more(close));
  return found;
}

std::vector<ast::EnumValue> Parser::enum_values() {
  std::vector<ast::EnumValue> found;
  if (!skip("{")) return found;
  do {
    ast::EnumValue value;
    value.description = description();
    const bool reserved = token_.keyword("true") || token_.keyword("false") || token_.keyword("null");
    if (reserved)
      fail("Name \"" + token_.text + "\" is reserved and cannot be used for an enum value.", token_.location);
    value.name = name();
    value.directives = directives(Constness::constant);
    found.push_back(std::move(value));
  } while (more("}"));
  return found;
}

std::vector<std::string> Parser::names_between(std::string_view separator) {
  std::vector<std::string> found;
  skip(separator);
  do {
    found.push_back(name());
  } while (!failed_ && skip(separator));
  return found;
}

}  // namespace pilotlight::graphql

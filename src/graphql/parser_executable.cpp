#include "graphql/parser_impl.hpp"

namespace pilotlight::graphql {

ast::Definition Parser::definition() {
  if (token_.punctuator("{")) return operation();
  const bool described = token_.kind == TokenKind::string || token_.kind == TokenKind::block_string;
  if (described || token_.kind != TokenKind::name) return type_system_definition();
  if (token_.text == "fragment") return fragment();
  const bool operates = token_.text == "query" || token_.text == "mutation" || token_.text == "subscription";
  if (operates) return operation();
  return type_system_definition();
}

ast::Operation Parser::operation() {
  ast::Operation operation;
  operation.location = token_.location;
  if (!token_.punctuator("{")) {
    operation.kind = name();
    operation.name_location = token_.location;
    if (token_.kind == TokenKind::name) operation.name = name();
    operation.variables = variable_definitions();
    operation.directives = directives(Constness::variables_allowed);
  }
  operation.selections = selection_set();
  return operation;
}

std::vector<ast::VariableDefinition> Parser::variable_definitions() {
  std::vector<ast::VariableDefinition> found;
  if (!skip("(")) return found;
  do {
    ast::VariableDefinition variable;
    variable.location = token_.location;
    expect("$");
    variable.name_location = token_.location;
    variable.name = name();
    expect(":");
    variable.type = type();
    if (skip("=")) variable.default_value = value(Constness::constant);
    variable.directives = directives(Constness::constant);
    found.push_back(std::move(variable));
  } while (more(")"));
  return found;
}

std::vector<ast::Selection> Parser::selection_set() {
  std::vector<ast::Selection> found;
  if (!enter()) return found;
  expect("{");
  do {
    found.push_back(selection());
  } while (more("}"));
  leave();
  return found;
}

ast::Selection Parser::selection() {
  if (!token_.punctuator("...")) return field();
  ast::Selection selection;
  selection.location = token_.location;
  advance();
  if (token_.kind == TokenKind::name && token_.text != "on") {
    selection.kind = ast::SelectionKind::spread;
    selection.condition_location = token_.location;
    selection.name = name();
    selection.directives = directives(Constness::variables_allowed);
    return selection;
  }
  selection.kind = ast::SelectionKind::inline_fragment;
  if (skip_keyword("on")) {
    selection.condition_location = token_.location;
    selection.type_condition = name();
  }
  selection.directives = directives(Constness::variables_allowed);
  selection.selections = selection_set();
  return selection;
}

ast::Selection Parser::field() {
  ast::Selection field;
  field.location = token_.location;
  field.name = name();
  if (skip(":")) {
    field.alias = std::move(field.name);
    field.name = name();
  }
  field.arguments = arguments(Constness::variables_allowed);
  field.directives = directives(Constness::variables_allowed);
  field.selections_location = token_.location;
  if (token_.punctuator("{")) field.selections = selection_set();
  return field;
}

ast::Fragment Parser::fragment() {
  ast::Fragment fragment;
  fragment.location = token_.location;
  expect_keyword("fragment");
  fragment.name_location = token_.location;
  fragment.name = fragment_name();
  expect_keyword("on");
  fragment.condition_location = token_.location;
  fragment.type_condition = name();
  fragment.directives = directives(Constness::variables_allowed);
  fragment.selections = selection_set();
  return fragment;
}

std::string Parser::fragment_name() {
  if (token_.keyword("on")) unexpected();
  return name();
}

}  // namespace pilotlight::graphql

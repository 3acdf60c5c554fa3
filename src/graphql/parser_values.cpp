#include "graphql/parser_impl.hpp"

namespace pilotlight::graphql {

ast::Value Parser::value(Constness constness) {
  if (token_.punctuator("[")) return list_value(constness);
  if (token_.punctuator("{")) return object_value(constness);
  if (!token_.punctuator("$")) return scalar_value();
  ast::Value value{ast::ValueKind::variable, {}, {}, {}, token_.location};
  if (constness == Constness::constant) {
    advance();
    if (token_.kind != TokenKind::name) {
      fail("Unexpected \"$\".", value.location);
    } else {
      fail("Unexpected variable \"$" + token_.text + "\" in constant value.", value.location);
    }
    return value;
  }
  advance();
  value.text = name();
  return value;
}

ast::Value Parser::scalar_value() {
  ast::Value value{ast::ValueKind::null, token_.text, {}, {}, token_.location};
  switch (token_.kind) {
    case TokenKind::integer: value.kind = ast::ValueKind::integer; break;
    case TokenKind::floating: value.kind = ast::ValueKind::floating; break;
    case TokenKind::string:
    case TokenKind::block_string: value.kind = ast::ValueKind::string; break;
    case TokenKind::name:
      value.kind = ast::ValueKind::enumeration;
      if (value.text == "true" || value.text == "false") value.kind = ast::ValueKind::boolean;
      if (value.text == "null") value.kind = ast::ValueKind::null;
      break;
    case TokenKind::end:
    case TokenKind::punctuator:
    case TokenKind::error: unexpected(); return value;
  }
  advance();
  return value;
}

ast::Value Parser::list_value(Constness constness) {
  ast::Value value{ast::ValueKind::list, {}, {}, {}, token_.location};
  if (!enter()) return value;
  expect("[");
  while (more("]")) value.items.push_back(this->value(constness));
  leave();
  return value;
}

ast::Value Parser::object_value(Constness constness) {
  ast::Value value{ast::ValueKind::object, {}, {}, {}, token_.location};
  if (!enter()) return value;
  expect("{");
  while (more("}")) {
    ast::Argument field;
    field.location = token_.location;
    field.name = name();
    expect(":");
    field.value = this->value(constness);
    value.fields.push_back(std::move(field));
  }
  leave();
  return value;
}

std::vector<ast::Argument> Parser::arguments(Constness constness) {
  std::vector<ast::Argument> found;
  if (!skip("(")) return found;
  do {
    ast::Argument argument;
    argument.location = token_.location;
    argument.name = name();
    expect(":");
    argument.value = value(constness);
    found.push_back(std::move(argument));
  } while (more(")"));
  return found;
}

std::vector<ast::Directive> Parser::directives(Constness constness) {
  std::vector<ast::Directive> found;
  while (token_.punctuator("@")) {
    ast::Directive directive;
    directive.location = token_.location;
    advance();
    directive.name = name();
    directive.arguments = arguments(constness);
    found.push_back(std::move(directive));
  }
  return found;
}

ast::Type Parser::type() {
  ast::Type type;
  type.location = token_.location;
  if (!enter()) return type;
  if (skip("[")) {
    type.shape = ast::TypeShape::list;
    type.of = std::make_shared<ast::Type>(this->type());
    expect("]");
  } else {
    type.name = name();
  }
  leave();
  if (!skip("!")) return type;
  ast::Type required;
  required.shape = ast::TypeShape::non_null;
  required.location = type.location;
  required.of = std::make_shared<ast::Type>(std::move(type));
  return required;
}

}  // namespace pilotlight::graphql

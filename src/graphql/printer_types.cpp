#include "graphql/printer.hpp"
#include "graphql/printer_impl.hpp"
#include "graphql/types.hpp"

namespace pilotlight::graphql {
namespace {

std::string described(const std::string& description, std::string_view separator) {
  return description.empty() ? "" : quoted(description) + std::string(separator);
}

std::string print_input(const ast::InputValue& input) {
  std::string text = described(input.description, " ") + input.name + ": " + to_string(input.type);
  if (input.default_value) text += " = " + print(*input.default_value);
  return text + print_directives(input.directives);
}

std::string print_field(const ast::FieldDefinition& field) {
  std::string text = "  " + described(field.description, "\n  ") + field.name;
  if (!field.arguments.empty()) text += "(" + joined(field.arguments, ", ", print_input) + ")";
  return text + ": " + to_string(field.type) + print_directives(field.directives);
}

std::string print_value(const ast::EnumValue& value) {
  return "  " + described(value.description, "\n  ") + value.name + print_directives(value.directives);
}

std::string self(const std::string& text) {
  return text;
}

std::string keyword(ast::TypeKind kind) {
  switch (kind) {
    case ast::TypeKind::scalar: return "scalar ";
    case ast::TypeKind::object: return "type ";
    case ast::TypeKind::interface: return "interface ";
    case ast::TypeKind::union_: return "union ";
    case ast::TypeKind::enumeration: return "enum ";
    case ast::TypeKind::input: return "input ";
  }
  return {};
}

std::string block(const std::string& lines) {
  return lines.empty() ? "" : " {\n" + lines + "\n}";
}

}  // namespace

std::string print_type_system(const ast::TypeDefinition& type) {
  std::string text = described(type.description, "\n");
  if (type.extends) text += "extend ";
  text += keyword(type.kind) + type.name;
  const bool united = type.kind == ast::TypeKind::union_;
  if (!type.names.empty() && !united) text += " implements " + joined(type.names, " & ", self);
  text += print_directives(type.directives);
  if (!type.names.empty() && united) text += " = " + joined(type.names, " | ", self);
  text += block(joined(type.fields, "\n", print_field));
  text += block(joined(type.values, "\n", print_value));
  return text + block(joined(type.inputs, "\n",
                             [](const ast::InputValue& input) { return "  " + print_input(input); }));
}

std::string print_type_system(const ast::SchemaDefinition& schema) {
  const auto root = [](const ast::RootType& root) { return "  " + root.operation + ": " + root.type; };
  return described(schema.description, "\n") + (schema.extends ? "extend schema" : "schema") +
         print_directives(schema.directives) + block(joined(schema.roots, "\n", root));
}

std::string print_type_system(const ast::DirectiveDefinition& directive) {
  std::string text = described(directive.description, "\n") + "directive @" + directive.name;
  if (!directive.arguments.empty()) text += "(" + joined(directive.arguments, ", ", print_input) + ")";
  if (directive.repeatable) text += " repeatable";
  return text + " on " + joined(directive.places, " | ", self);
}

}  // namespace pilotlight::graphql

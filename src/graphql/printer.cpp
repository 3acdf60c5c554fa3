#include "graphql/printer.hpp"

#include <fmt/format.h>

#include "graphql/printer_impl.hpp"
#include "graphql/types.hpp"

namespace pilotlight::graphql {

std::string quoted(std::string_view text) {
  constexpr std::string_view special = "\"\\\b\f\n\r\t";
  constexpr std::string_view letters = "\"\\bfnrt";
  std::string result = "\"";
  for (const char c : text) {
    const std::size_t which = special.find(c);
    if (which != std::string_view::npos) {
      result += '\\';
      result += letters[which];
    } else if ((c >= 0 && c < 0x20) || c == 0x7F) {
      result += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result + '"';
}

std::string print(const ast::Value& value) {
  switch (value.kind) {
    case ast::ValueKind::variable: return "$" + value.text;
    case ast::ValueKind::string: return quoted(value.text);
    case ast::ValueKind::null: return "null";
    case ast::ValueKind::integer:
    case ast::ValueKind::floating:
    case ast::ValueKind::boolean:
    case ast::ValueKind::enumeration: return value.text;
    case ast::ValueKind::list:
      return "[" + joined(value.items, ", ", [](const ast::Value& item) { return print(item); }) + "]";
    case ast::ValueKind::object: return "{" + joined(value.fields, ", ", print_argument) + "}";
  }
  return {};
}

std::string print_argument(const ast::Argument& argument) {
  return argument.name + ": " + print(argument.value);
}

std::string print_arguments(const std::vector<ast::Argument>& arguments) {
  return arguments.empty() ? "" : "(" + joined(arguments, ", ", print_argument) + ")";
}

std::string print_directives(const std::vector<ast::Directive>& directives) {
  std::string text;
  for (const ast::Directive& directive : directives) {
    text += " @" + directive.name + print_arguments(directive.arguments);
  }
  return text;
}

namespace {

std::string print_selections(const std::vector<ast::Selection>& selections, std::size_t indent);

std::string print_selection(const ast::Selection& selection, std::size_t indent) {
  std::string text(indent, ' ');
  switch (selection.kind) {
    case ast::SelectionKind::spread:
      return text + "..." + selection.name + print_directives(selection.directives);
    case ast::SelectionKind::inline_fragment:
      text += "...";
      if (!selection.type_condition.empty()) text += " on " + selection.type_condition;
      break;
    case ast::SelectionKind::field:
      if (!selection.alias.empty()) text += selection.alias + ": ";
      text += selection.name + print_arguments(selection.arguments);
      break;
  }
  text += print_directives(selection.directives);
  if (!selection.selections.empty()) text += " " + print_selections(selection.selections, indent);
  return text;
}

std::string print_selections(const std::vector<ast::Selection>& selections, std::size_t indent) {
  std::string text = "{\n";
  for (const ast::Selection& selection : selections) text += print_selection(selection, indent + 2) + "\n";
  return text + std::string(indent, ' ') + "}";
}

std::string print_variable(const ast::VariableDefinition& variable) {
  std::string text = "$" + variable.name + ": " + to_string(variable.type);
  if (variable.default_value) text += " = " + print(*variable.default_value);
  return text + print_directives(variable.directives);
}

struct Printer {
  std::string operator()(const ast::Operation& operation) const {
    std::string text = operation.kind;
    if (!operation.name.empty()) text += " " + operation.name;
    if (!operation.variables.empty()) text += "(" + joined(operation.variables, ", ", print_variable) + ")";
    return text + print_directives(operation.directives) + " " + print_selections(operation.selections, 0);
  }
  std::string operator()(const ast::Fragment& fragment) const {
    return "fragment " + fragment.name + " on " + fragment.type_condition +
           print_directives(fragment.directives) + " " + print_selections(fragment.selections, 0);
  }
  template <class TypeSystem>
  std::string operator()(const TypeSystem& definition) const {
    return print_type_system(definition);
  }
};

}  // namespace

std::string print(const ast::Document& document) {
  return joined(document.definitions, "\n\n",
                [](const ast::Definition& definition) { return std::visit(Printer{}, definition); }) +
         "\n";
}

}  // namespace pilotlight::graphql

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "graphql/ast.hpp"

namespace pilotlight::graphql {

template <class Item, class ToText>
std::string joined(const std::vector<Item>& items, std::string_view separator, ToText to_text) {
  std::string text;
  for (const Item& item : items) {
    if (!text.empty()) text += separator;
    text += to_text(item);
  }
  return text;
}

std::string print_argument(const ast::Argument& argument);
std::string print_arguments(const std::vector<ast::Argument>& arguments);
/// Each with a space before it.
std::string print_directives(const std::vector<ast::Directive>& directives);

std::string print_type_system(const ast::TypeDefinition& type);
std::string print_type_system(const ast::SchemaDefinition& schema);
std::string print_type_system(const ast::DirectiveDefinition& directive);

}  // namespace pilotlight::graphql

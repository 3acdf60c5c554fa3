#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "graphql/ast.hpp"

namespace pilotlight::graphql {

/// The operations and fragments of a document, found by name. Points into the document.
struct DocumentIndex {
  std::vector<const ast::Operation*> operations;
  std::vector<const ast::Fragment*> fragments;
  std::map<std::string_view, const ast::Fragment*> by_name;  ///< the first of each name

  explicit DocumentIndex(const ast::Document& document) {
    for (const ast::Definition& definition : document.definitions) {
      if (const auto* operation = std::get_if<ast::Operation>(&definition)) operations.push_back(operation);
      if (const auto* fragment = std::get_if<ast::Fragment>(&definition)) {
        fragments.push_back(fragment);
        by_name.emplace(fragment->name, fragment);
      }
    }
  }

  const ast::Fragment* fragment(std::string_view name) const {
    const auto found = by_name.find(name);
    return found == by_name.end() ? nullptr : found->second;
  }
};

}  // namespace pilotlight::graphql

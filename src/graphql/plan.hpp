#pragma once

#include <boost/json.hpp>
#include <string_view>
#include <vector>

#include "graphql/document_index.hpp"
#include "graphql/graphql.hpp"

namespace pilotlight::graphql {

/// The selections that share a response key, in the document's order; their first one has the name and
/// arguments.
struct FieldGroup {
  std::string_view key;
  std::vector<const ast::Selection*> fields;

  const ast::Selection& first() const { return *fields.front(); }
};

/// A valid document and the operation of it that runs. Points into itself: neither copied nor moved.
struct Plan {
  Plan(const Schema& schema_of, ast::Document parsed)
      : schema(schema_of), document(std::move(parsed)), index(document) {}
  Plan(const Plan&) = delete;
  Plan& operator=(const Plan&) = delete;

  const Schema& schema;
  const ast::Document document;
  const DocumentIndex index;
  const ast::Operation* operation = nullptr;
  const ast::TypeDefinition* root = nullptr;
  boost::json::object variables;  ///< coerced
  std::vector<FieldGroup> roots;
  std::size_t values_max = 0;      ///< values in the response
  std::size_t text_bytes_max = 0;  ///< bytes in all texts of the response

  /// What `selections` of several fields with one response key select, spreads expanded and directives
  /// applied.
  std::vector<FieldGroup> collect(const std::vector<const std::vector<ast::Selection>*>& selections) const;
};

}  // namespace pilotlight::graphql

#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "graphql/ast.hpp"
#include "graphql/schema.hpp"

namespace pilotlight::graphql {

/// A value, or why there is none; the reason is a whole sentence as graphql-js words it, without a final dot
/// where a value ends it.
struct Coerced {
  std::optional<boost::json::value> value;
  std::string problem;
};

/// A JSON value as people read it in messages: `{ a: 1, b: [Object] }`, cut where it is long.
std::string inspected(const boost::json::value& value);

/// A literal as people read it in messages, cut where it is long.
std::string inspected(const ast::Value& value);

/// An enum or scalar from a literal that is neither null nor a variable. Custom scalars take any literal.
Coerced leaf_from_literal(const ast::TypeDefinition& type, const ast::Value& literal,
                          const boost::json::object& variables);

/// An enum or scalar from a variable's JSON value that is not null.
Coerced leaf_from_json(const ast::TypeDefinition& type, const boost::json::value& value);

/// An enum or scalar for a response from a value that is not null.
Coerced leaf_for_response(const ast::TypeDefinition& type, const boost::json::value& value);

}  // namespace pilotlight::graphql

#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "graphql/ast.hpp"
#include "graphql/graphql.hpp"
#include "graphql/schema.hpp"

namespace pilotlight::graphql {

/// The operation's variables with their defaults, checked against their types; one that was not given and has
/// no default is absent. Appends to `errors` what is wrong; the result means something only if nothing was
/// appended.
boost::json::object coerce_variables(const Schema& schema, const ast::Operation& operation,
                                     const boost::json::object& given, std::vector<RequestError>& errors);

/// Arguments of a valid document. What validation cannot see, such as a null variable where no null may
/// stand, is appended to `errors` at `where`.
boost::json::object coerce_arguments(const Schema& schema, const std::vector<ast::InputValue>& known,
                                     const std::vector<ast::Argument>& given,
                                     const boost::json::object& variables, Location where,
                                     std::vector<RequestError>& errors);

/// How much coerced arguments hold. A variable is copied into each field that has it.
struct Amount {
  std::size_t values = 0;
  std::size_t text_bytes = 0;

  void add(const boost::json::value& value);
  /// The members alone.
  void add(const boost::json::object& members);
};

/// Whether `@skip` and `@include` leave a selection in.
bool is_included(const std::vector<ast::Directive>& directives, const boost::json::object& variables);

}  // namespace pilotlight::graphql

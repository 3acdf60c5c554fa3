#pragma once

#include <boost/json.hpp>
#include <optional>

#include "graphql/input.hpp"

namespace pilotlight::graphql {

/// The value of a literal where `type` is expected; nothing: it cannot stand there.
std::optional<boost::json::value> literal_value(const Schema& schema, const ast::Value& literal,
                                                const ast::Type& type, const boost::json::object& variables);

}  // namespace pilotlight::graphql

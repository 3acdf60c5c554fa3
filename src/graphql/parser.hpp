#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "graphql/ast.hpp"

namespace pilotlight::graphql {

/// Why a text is not a document; the message starts with `Syntax Error: `.
struct SyntaxError {
  std::string message;
  Location location;
};

/// Executable and type-system definitions, in any mixture. Recursion is bounded by `limits.depth_max`.
std::variant<ast::Document, SyntaxError> parse(std::string_view source, const Limits& limits = {});

}  // namespace pilotlight::graphql

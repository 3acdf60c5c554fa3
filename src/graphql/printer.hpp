#pragma once

#include <string>

#include "graphql/ast.hpp"

namespace pilotlight::graphql {

/// A text that parses to an equal document (but for locations); descriptions and strings become plain
/// strings.
std::string print(const ast::Document& document);

/// On one line.
std::string print(const ast::Value& value);

/// `text` as a string literal, with quotes.
std::string quoted(std::string_view text);

}  // namespace pilotlight::graphql

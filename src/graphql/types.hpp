#pragma once

#include <string>
#include <string_view>

#include "graphql/ast.hpp"

namespace pilotlight::graphql {

/// The type as it is written: `[String!]!`.
std::string to_string(const ast::Type& type);

/// The name inside all lists and non-nulls.
const std::string& named_type(const ast::Type& type);

inline bool is_required(const ast::Type& type) {
  return type.shape == ast::TypeShape::non_null;
}

/// Without the outermost non-null.
inline const ast::Type& nullable(const ast::Type& type) {
  return is_required(type) ? *type.of : type;
}

/// A required argument or input field must be given.
inline bool must_be_given(const ast::InputValue& input) {
  return is_required(input.type) && !input.default_value;
}

template <class Named>
const Named* find_named(const std::vector<Named>& among, std::string_view name) {
  for (const Named& one : among) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

/// ` Did you mean "a", "b", or "c"?` with those of `options` that are close to `typed`, or nothing. `before`
/// goes before the first one, such as `the enum value `.
std::string did_you_mean(std::string_view typed, const std::vector<std::string_view>& options,
                         std::string_view before = {});

}  // namespace pilotlight::graphql

#include <fmt/format.h>

#include "graphql/input_values.hpp"
#include "graphql/scalars.hpp"
#include "graphql/types.hpp"

namespace pilotlight::graphql {

namespace json = boost::json;

namespace {

constexpr std::size_t variable_errors_max = 50;

/// Checks one variable; where it stands inside the variable's value goes into every message.
class VariableReader {
 public:
  VariableReader(const Schema& schema, const ast::VariableDefinition& definition,
                 std::vector<RequestError>& errors)
      : schema_(schema), definition_(definition), errors_(errors) {}

  json::value read(const json::value& value, const ast::Type& type) {
    if (errors_.size() >= variable_errors_max) return nullptr;
    if (value.is_null()) {
      if (is_required(type))
        refuse(value, fmt::format("Expected non-nullable type \"{}\" not to be null.", to_string(type)));
      return nullptr;
    }
    const ast::Type& inner = nullable(type);
    if (inner.shape == ast::TypeShape::list) return list(value, *inner.of);
    const ast::TypeDefinition& named = *schema_.type(inner.name);
    if (named.kind == ast::TypeKind::input) return object(value, named);
    Coerced leaf = leaf_from_json(named, value);
    if (leaf.value) return std::move(*leaf.value);
    refuse(value, leaf.problem);
    return nullptr;
  }

 private:
  json::value list(const json::value& value, const ast::Type& item) {
    json::array items;
    if (!value.is_array()) {
      items.push_back(read(value, item));
      return items;
    }
    const std::string outer = path_;
    for (std::size_t i = 0; i < value.get_array().size(); ++i) {
      path_ = fmt::format("{}[{}]", outer, i);
      items.push_back(read(value.get_array()[i], item));
    }
    path_ = outer;
    return items;
  }

  json::value object(const json::value& value, const ast::TypeDefinition& type) {
    if (!value.is_object()) {
      refuse(value, fmt::format("Expected type \"{}\" to be an object.", type.name));
      return nullptr;
    }
    json::object fields;
    const std::string outer = path_;
    for (const ast::InputValue& input : type.inputs) {
      const json::value* given = value.get_object().if_contains(input.name);
      path_ = fmt::format("{}.{}", outer, input.name);
      if (given != nullptr) {
        fields[input.name] = read(*given, input.type);
      } else if (input.default_value) {
        if (auto found = literal_value(schema_, *input.default_value, input.type, {}))
          fields[input.name] = std::move(*found);
      } else if (is_required(input.type)) {
        path_ = outer;
        refuse(value, fmt::format("Field \"{}\" of required type \"{}\" was not provided.", input.name,
                                  to_string(input.type)));
      }
    }
    path_ = outer;
    unknown_fields(value, type);
    return fields;
  }

  void unknown_fields(const json::value& value, const ast::TypeDefinition& type) {
    for (const json::key_value_pair& given : value.get_object()) {
      if (errors_.size() >= variable_errors_max) return;
      if (find_named(type.inputs, given.key()) != nullptr) continue;
      std::vector<std::string_view> names;
      for (const ast::InputValue& input : type.inputs) names.push_back(input.name);
      refuse(value, fmt::format("Field \"{}\" is not defined by type \"{}\".{}",
                                std::string_view(given.key()), type.name, did_you_mean(given.key(), names)));
    }
  }

  void refuse(const json::value& value, std::string_view why) {
    const std::string at = path_.empty() ? "" : fmt::format(" at \"{}{}\"", definition_.name, path_);
    errors_.push_back({fmt::format("Variable \"${}\" got invalid value {}{}; {}", definition_.name,
                                   inspected(value), at, why),
                       {definition_.location},
                       "BAD_USER_INPUT"});
  }

  const Schema& schema_;
  const ast::VariableDefinition& definition_;
  std::vector<RequestError>& errors_;
  std::string path_;  ///< below the variable, such as `.fields[3]`
};

}  // namespace

json::object coerce_variables(const Schema& schema, const ast::Operation& operation,
                              const json::object& given, std::vector<RequestError>& errors) {
  json::object variables;
  for (const ast::VariableDefinition& definition : operation.variables) {
    const json::value* value = given.if_contains(definition.name);
    if (value == nullptr && definition.default_value) {
      auto found = literal_value(schema, *definition.default_value, definition.type, {});
      if (found) variables[definition.name] = std::move(*found);
    } else if (value == nullptr && is_required(definition.type)) {
      errors.push_back({fmt::format("Variable \"${}\" of required type \"{}\" was not provided.",
                                    definition.name, to_string(definition.type)),
                        {definition.location},
                        "BAD_USER_INPUT"});
    } else if (value != nullptr && value->is_null() && is_required(definition.type)) {
      errors.push_back({fmt::format("Variable \"${}\" of non-null type \"{}\" must not be null.",
                                    definition.name, to_string(definition.type)),
                        {definition.location},
                        "BAD_USER_INPUT"});
    } else if (value != nullptr) {
      variables[definition.name] = VariableReader(schema, definition, errors).read(*value, definition.type);
    }
  }
  return variables;
}

}  // namespace pilotlight::graphql

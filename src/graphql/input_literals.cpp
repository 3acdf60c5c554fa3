#include <fmt/format.h>

#include "graphql/input_values.hpp"
#include "graphql/scalars.hpp"
#include "graphql/types.hpp"

namespace pilotlight::graphql {

namespace json = boost::json;
using Found = std::optional<json::value>;

namespace {

bool is_absent_variable(const ast::Value& literal, const json::object& variables) {
  return literal.kind == ast::ValueKind::variable && !variables.contains(literal.text);
}

Found list_from(const Schema& schema, const ast::Value& literal, const ast::Type& item,
                const json::object& variables) {
  json::array items;
  const auto add = [&](const ast::Value& one) {
    Found found = literal_value(schema, one, item, variables);
    if (found) items.push_back(std::move(*found));
    return found.has_value();
  };
  if (literal.kind != ast::ValueKind::list) return add(literal) ? Found(std::move(items)) : std::nullopt;
  for (const ast::Value& one : literal.items) {
    const bool absent = is_absent_variable(one, variables);
    if (absent && is_required(item)) return std::nullopt;
    if (absent) {
      items.emplace_back(nullptr);
    } else if (!add(one)) {
      return std::nullopt;
    }
  }
  return items;
}

Found object_from(const Schema& schema, const ast::Value& literal, const ast::TypeDefinition& type,
                  const json::object& variables) {
  json::object fields;
  for (const ast::InputValue& input : type.inputs) {
    const ast::Argument* given = find_named(literal.fields, input.name);
    const bool absent = given == nullptr || is_absent_variable(given->value, variables);
    if (absent && must_be_given(input)) return std::nullopt;
    if (absent && !input.default_value) continue;
    Found found = literal_value(schema, absent ? *input.default_value : given->value, input.type, variables);
    if (!found) return std::nullopt;
    fields[input.name] = std::move(*found);
  }
  return fields;
}

}  // namespace

Found literal_value(const Schema& schema, const ast::Value& literal, const ast::Type& type,
                    const json::object& variables) {
  if (literal.kind == ast::ValueKind::variable) {
    const json::value* found = variables.if_contains(literal.text);
    if (found == nullptr || (found->is_null() && is_required(type))) return std::nullopt;
    return *found;
  }
  if (literal.kind == ast::ValueKind::null) {
    return is_required(type) ? std::nullopt : Found(nullptr);
  }
  const ast::Type& inner = nullable(type);
  if (inner.shape == ast::TypeShape::list) return list_from(schema, literal, *inner.of, variables);
  const ast::TypeDefinition& named = *schema.type(inner.name);
  if (named.kind == ast::TypeKind::input) {
    if (literal.kind != ast::ValueKind::object) return std::nullopt;
    return object_from(schema, literal, named, variables);
  }
  return leaf_from_literal(named, literal, variables).value;
}

json::object coerce_arguments(const Schema& schema, const std::vector<ast::InputValue>& known,
                              const std::vector<ast::Argument>& given, const json::object& variables,
                              Location where, std::vector<RequestError>& errors) {
  json::object arguments;
  for (const ast::InputValue& input : known) {
    const ast::Argument* one = find_named(given, input.name);
    const bool absent = one == nullptr || is_absent_variable(one->value, variables);
    if (absent && !input.default_value && !is_required(input.type)) continue;
    const bool hollow = absent && !input.default_value;
    Found found =
        hollow ? std::nullopt
               : literal_value(schema, absent ? *input.default_value : one->value, input.type, variables);
    if (found) {
      arguments[input.name] = std::move(*found);
      continue;
    }
    const bool null_given =
        one != nullptr && !absent && is_required(input.type) && one->value.kind == ast::ValueKind::variable;
    const char* why =
        null_given ? "non-null type \"{}\" must not be null."
        : hollow   ? "required type \"{}\" was provided a variable which was not provided a runtime value."
                   : "type \"{}\" has an invalid value.";
    errors.push_back({fmt::format("Argument \"{}\" of {}", input.name,
                                  fmt::format(fmt::runtime(why), to_string(input.type))),
                      {one == nullptr ? where : one->value.location},
                      "BAD_USER_INPUT"});
  }
  return arguments;
}

void Amount::add(const json::value& value) {
  ++values;
  if (value.is_string()) text_bytes += value.get_string().size();
  if (value.is_array())
    for (const json::value& item : value.get_array()) add(item);
  if (value.is_object()) add(value.get_object());
}

void Amount::add(const json::object& members) {
  for (const json::key_value_pair& member : members) add(member.value());
}

bool is_included(const std::vector<ast::Directive>& directives, const json::object& variables) {
  for (const ast::Directive& directive : directives) {
    if (directive.name != "skip" && directive.name != "include") continue;
    const ast::Argument* condition = find_named(directive.arguments, "if");
    if (condition == nullptr) continue;
    bool on = condition->value.text == "true";
    if (condition->value.kind == ast::ValueKind::variable) {
      const json::value* found = variables.if_contains(condition->value.text);
      on = found != nullptr && found->is_bool() && found->get_bool();
    }
    if (on == (directive.name == "skip")) return false;
  }
  return true;
}

}  // namespace pilotlight::graphql

#include <fmt/format.h>

#include "graphql/types.hpp"
#include "graphql/validator.hpp"

namespace pilotlight::graphql {
namespace {

/// `String` and `ID` may stand for each other: clients declare ids as strings.
bool same_name(const std::string& given, const std::string& expected) {
  if (given == expected) return true;
  return (given == "String" && expected == "ID") || (given == "ID" && expected == "String");
}

bool fits(const ast::Type& given, const ast::Type& expected) {
  if (is_required(expected)) return is_required(given) && fits(*given.of, *expected.of);
  const ast::Type& inner = nullable(given);
  if (inner.shape != expected.shape) return false;
  return inner.shape == ast::TypeShape::list ? fits(*inner.of, *expected.of)
                                             : same_name(inner.name, expected.name);
}

bool allowed(const ast::VariableDefinition& variable, const VariableUse& use) {
  if (!is_required(*use.type) || is_required(variable.type)) return fits(variable.type, *use.type);
  const bool default_is_value =
      variable.default_value && variable.default_value->kind != ast::ValueKind::null;
  if (!default_is_value && !use.has_default) return false;
  return fits(variable.type, *use.type->of);
}

std::string of_operation(const ast::Operation& operation, std::string_view verb) {
  return operation.name.empty() ? "" : fmt::format(" {} operation \"{}\"", verb, operation.name);
}

}  // namespace

void Validator::variable_definitions(const ast::Operation& operation) {
  std::map<std::string_view, Location> seen;
  for (const ast::VariableDefinition& variable : operation.variables) {
    directives(variable.directives, Place::variable);
    const auto [first, fresh] = seen.emplace(variable.name, variable.name_location);
    if (!fresh) {
      report_.add(fmt::format("There can be only one variable named \"${}\".", variable.name),
                  {first->second, variable.name_location});
    }
    const std::string& name = named_type(variable.type);
    const ast::TypeDefinition* type = schema_.type(name);
    if (type == nullptr) {
      std::vector<std::string_view> names;
      for (const auto& [known, definition] : schema_.types()) names.push_back(known);
      report_.add(fmt::format("Unknown type \"{}\".{}", name, did_you_mean(name, names)),
                  {variable.type.location});
      continue;
    }
    if (type->kind == ast::TypeKind::object) {
      report_.add(fmt::format("Variable \"${}\" cannot be non-input type \"{}\".", variable.name,
                              to_string(variable.type)),
                  {variable.type.location});
      continue;
    }
    if (variable.default_value) value(*variable.default_value, &variable.type, false);
  }
}

std::vector<const Mentions*> Validator::reachable(const Mentions& start) const {
  std::vector<const Mentions*> found{&start};
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < found.size(); ++i) {
    for (const std::string_view name : found[i]->spreads) {
      const auto next = of_fragment_.find(name);
      if (seen.insert(name).second && next != of_fragment_.end()) found.push_back(&next->second);
    }
  }
  return found;
}

void Validator::variable_uses(const ast::Operation& operation) {
  std::set<std::string_view> used;
  for (const Mentions* mentions : reachable(of_operation_[&operation])) {
    for (const VariableUse& use : mentions->variables) {
      variable_use(operation, use);
      used.insert(use.value->text);
    }
  }
  for (const ast::VariableDefinition& variable : operation.variables) {
    if (used.contains(variable.name)) continue;
    report_.add(
        fmt::format("Variable \"${}\" is never used{}.", variable.name, of_operation(operation, "in")),
        {variable.location});
  }
}

void Validator::variable_use(const ast::Operation& operation, const VariableUse& use) {
  const ast::VariableDefinition* variable = find_named(operation.variables, use.value->text);
  if (variable == nullptr) {
    report_.add(
        fmt::format("Variable \"${}\" is not defined{}.", use.value->text, of_operation(operation, "by")),
        {use.value->location, operation.location});
    return;
  }
  const bool unknown = use.type == nullptr || schema_.type(named_type(variable->type)) == nullptr;
  if (unknown || allowed(*variable, use)) return;
  report_.add(fmt::format("Variable \"${}\" of type \"{}\" used in position expecting type \"{}\".",
                          variable->name, to_string(variable->type), to_string(*use.type)),
              {variable->location, use.value->location});
}

}  // namespace pilotlight::graphql

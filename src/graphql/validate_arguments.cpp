#include <fmt/format.h>

#include "graphql/scalars.hpp"
#include "graphql/types.hpp"
#include "graphql/validator.hpp"

namespace pilotlight::graphql {
namespace {

/// The argument of @skip and @include.
const std::vector<ast::InputValue>& condition_arguments() {
  static const std::vector<ast::InputValue> arguments = [] {
    ast::Type boolean;
    boolean.name = "Boolean";
    ast::InputValue condition;
    condition.name = "if";
    condition.type.shape = ast::TypeShape::non_null;
    condition.type.of = std::make_shared<ast::Type>(boolean);
    return std::vector<ast::InputValue>{condition};
  }();
  return arguments;
}

template <class Named>
std::vector<std::string_view> names_of(const std::vector<Named>& items) {
  std::vector<std::string_view> names;
  for (const Named& item : items) names.push_back(item.name);
  return names;
}

/// Calls `report(name, first, again)` for every name that is given more than once.
template <class Named, class Reporter>
void each_duplicate(const std::vector<Named>& items, Reporter report) {
  std::map<std::string_view, const Named*> seen;
  for (const Named& item : items) {
    const auto [first, fresh] = seen.emplace(item.name, &item);
    if (!fresh) report(item.name, std::vector<Location>{first->second->location, item.location});
  }
}

}  // namespace

void Validator::arguments(const std::vector<ast::Argument>& given, const std::vector<ast::InputValue>& known,
                          std::string_view place) {
  each_duplicate(given, [&](std::string_view name, std::vector<Location> where) {
    report_.add(fmt::format("There can be only one argument named \"{}\".", name), std::move(where));
  });
  for (const ast::Argument& argument : given) {
    if (report_.full()) return;
    const ast::InputValue* input = find_named(known, argument.name);
    if (input != nullptr) {
      value(argument.value, &input->type, input->default_value.has_value());
      continue;
    }
    report_.add(fmt::format("Unknown argument \"{}\" on {}.{}", argument.name, place,
                            did_you_mean(argument.name, names_of(known))),
                {argument.location});
    any_value(argument.value);
  }
}

void Validator::required_arguments(const std::vector<ast::Argument>& given,
                                   const std::vector<ast::InputValue>& known, std::string_view place,
                                   Location where) {
  for (const ast::InputValue& input : known) {
    if (!must_be_given(input) || find_named(given, input.name) != nullptr) continue;
    report_.add(fmt::format("{} argument \"{}\" of type \"{}\" is required, but it was not provided.", place,
                            input.name, to_string(input.type)),
                {where});
  }
}

void Validator::directives(const std::vector<ast::Directive>& directives, Place place,
                           std::string_view operation_kind) {
  each_duplicate(directives, [&](std::string_view name, std::vector<Location> where) {
    if (name != "skip" && name != "include") return;
    report_.add(fmt::format("The directive \"@{}\" can only be used once at this location.", name),
                std::move(where));
  });
  for (const ast::Directive& directive : directives) {
    if (directive.name != "skip" && directive.name != "include") {
      report_.add(fmt::format("Unknown directive \"@{}\".", directive.name), {directive.location});
      for (const ast::Argument& argument : directive.arguments) any_value(argument.value);
      continue;
    }
    std::string_view misplaced;
    switch (place) {
      case Place::operation:
        misplaced = operation_kind == "query"      ? "QUERY"
                    : operation_kind == "mutation" ? "MUTATION"
                                                   : "SUBSCRIPTION";
        break;
      case Place::fragment_definition: misplaced = "FRAGMENT_DEFINITION"; break;
      case Place::variable: misplaced = "VARIABLE_DEFINITION"; break;
      case Place::field:
      case Place::fragment_spread:
      case Place::inline_fragment: break;
    }
    if (!misplaced.empty()) {
      report_.add(fmt::format("Directive \"@{}\" may not be used on {}.", directive.name, misplaced),
                  {directive.location});
    }
    const std::string name = fmt::format("irective \"@{}\"", directive.name);
    arguments(directive.arguments, condition_arguments(), "d" + name);
    required_arguments(directive.arguments, condition_arguments(), "D" + name, directive.location);
  }
}

void Validator::value(const ast::Value& value, const ast::Type* type, bool has_default) {
  if (value.kind == ast::ValueKind::variable) {
    mentions_->variables.push_back({&value, type, has_default});
    return;
  }
  if (value.kind == ast::ValueKind::null) {
    if (!is_required(*type)) return;
    report_.add(fmt::format("Expected value of type \"{}\", found null.", to_string(*type)),
                {value.location});
    return;
  }
  const ast::Type& inner = nullable(*type);
  if (inner.shape == ast::TypeShape::named) return named_value(value, *type);
  if (value.kind != ast::ValueKind::list) return this->value(value, inner.of.get(), false);
  for (const ast::Value& item : value.items) this->value(item, inner.of.get(), false);
}

void Validator::named_value(const ast::Value& value, const ast::Type& type) {
  const ast::TypeDefinition* definition = schema_.type(named_type(type));
  if (definition == nullptr) return any_value(value);
  if (definition->kind == ast::TypeKind::input) {
    if (value.kind == ast::ValueKind::object) return object_value(value, *definition);
    report_.add(fmt::format("Expected value of type \"{}\", found {}.", to_string(type), inspected(value)),
                {value.location});
    return any_value(value);
  }
  const Coerced coerced = leaf_from_literal(*definition, value, {});
  if (!coerced.value) report_.add(coerced.problem, {value.location});
  any_value(value);
}

void Validator::object_value(const ast::Value& value, const ast::TypeDefinition& type) {
  unique_fields(value);
  for (const ast::InputValue& input : type.inputs) {
    if (!must_be_given(input) || find_named(value.fields, input.name) != nullptr) continue;
    report_.add(fmt::format("Field \"{}.{}\" of required type \"{}\" was not provided.", type.name,
                            input.name, to_string(input.type)),
                {value.location});
  }
  for (const ast::Argument& field : value.fields) {
    if (report_.full()) return;
    const ast::InputValue* input = find_named(type.inputs, field.name);
    if (input != nullptr) {
      this->value(field.value, &input->type, input->default_value.has_value());
      continue;
    }
    report_.add(fmt::format("Field \"{}\" is not defined by type \"{}\".{}", field.name, type.name,
                            did_you_mean(field.name, names_of(type.inputs))),
                {field.location});
    any_value(field.value);
  }
}

void Validator::unique_fields(const ast::Value& object) {
  each_duplicate(object.fields, [&](std::string_view name, std::vector<Location> where) {
    report_.add(fmt::format("There can be only one input field named \"{}\".", name), std::move(where));
  });
}

/// Notes the variables in a value of which nothing else is known.
void Validator::any_value(const ast::Value& value) {
  unique_fields(value);
  if (value.kind == ast::ValueKind::variable) mentions_->variables.push_back({&value, nullptr, false});
  for (const ast::Value& item : value.items) any_value(item);
  for (const ast::Argument& field : value.fields) any_value(field.value);
}

}  // namespace pilotlight::graphql

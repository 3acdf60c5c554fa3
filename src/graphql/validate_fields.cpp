#include <fmt/format.h>

#include "graphql/types.hpp"
#include "graphql/validator.hpp"

namespace pilotlight::graphql {

void Validator::selections(const std::vector<ast::Selection>& selections, const ast::TypeDefinition* type) {
  for (const ast::Selection& selection : selections) {
    if (report_.full()) return;
    switch (selection.kind) {
      case ast::SelectionKind::field: field(selection, type); break;
      case ast::SelectionKind::spread: spread(selection, type); break;
      case ast::SelectionKind::inline_fragment: inline_fragment(selection, type); break;
    }
  }
}

void Validator::field(const ast::Selection& field, const ast::TypeDefinition* parent) {
  directives(field.directives, Place::field);
  static const ast::FieldDefinition type_name = [] {
    ast::FieldDefinition definition;
    definition.name = "__typename";
    ast::Type text;
    text.name = "String";
    definition.type.shape = ast::TypeShape::non_null;
    definition.type.of = std::make_shared<ast::Type>(text);
    return definition;
  }();
  const bool of_object = parent != nullptr && parent->kind == ast::TypeKind::object;
  const ast::FieldDefinition* known = of_object ? schema_.field(*parent, field.name) : nullptr;
  if (of_object && field.name == "__typename") known = &type_name;
  if (known == nullptr) {
    if (of_object) unknown_field(field, *parent);
    for (const ast::Argument& argument : field.arguments) any_value(argument.value);
    return selections(field.selections, nullptr);
  }
  const std::string place = fmt::format("field \"{}.{}\"", parent->name, field.name);
  arguments(field.arguments, known->arguments, place);
  required_arguments(field.arguments, known->arguments, fmt::format("Field \"{}\"", field.name),
                     field.location);
  leaf_or_not(field, known->type);
  selections(field.selections, schema_.type(named_type(known->type)));
}

void Validator::unknown_field(const ast::Selection& field, const ast::TypeDefinition& parent) {
  if (field.name == "__schema" || field.name == "__type") {
    report_.add("GraphQL introspection is not allowed, but the query contained __schema or __type.",
                {field.location});
    return;
  }
  std::vector<std::string_view> names;
  for (const ast::FieldDefinition& one : parent.fields) names.push_back(one.name);
  report_.add(fmt::format("Cannot query field \"{}\" on type \"{}\".{}", field.name, parent.name,
                          did_you_mean(field.name, names)),
              {field.location});
}

void Validator::leaf_or_not(const ast::Selection& field, const ast::Type& type) {
  const ast::TypeDefinition* named = schema_.type(named_type(type));
  const bool leaf = named == nullptr || named->kind != ast::TypeKind::object;
  if (leaf && !field.selections.empty()) {
    report_.add(fmt::format("Field \"{}\" must not have a selection since type \"{}\" has no subfields.",
                            field.name, to_string(type)),
                {field.selections_location});
  } else if (!leaf && field.selections.empty()) {
    report_.add(
        fmt::format("Field \"{0}\" of type \"{1}\" must have a selection of subfields. Did you mean \"{0} {{ "
                    "... }}\"?",
                    field.name, to_string(type)),
        {field.location});
  }
}

void Validator::spread(const ast::Selection& spread, const ast::TypeDefinition* parent) {
  directives(spread.directives, Place::fragment_spread);
  const ast::Fragment* fragment = index_.fragment(spread.name);
  if (fragment == nullptr) {
    return report_.add(fmt::format("Unknown fragment \"{}\".", spread.name), {spread.condition_location});
  }
  mentions_->spreads.push_back(spread.name);
  const ast::TypeDefinition* type = schema_.type(fragment->type_condition);
  const bool both_objects = parent != nullptr && type != nullptr && type->kind == ast::TypeKind::object;
  if (!both_objects || type == parent) return;
  report_.add(
      fmt::format(
          "Fragment \"{}\" cannot be spread here as objects of type \"{}\" can never be of type \"{}\".",
          spread.name, parent->name, type->name),
      {spread.location});
}

void Validator::inline_fragment(const ast::Selection& selection, const ast::TypeDefinition* parent) {
  directives(selection.directives, Place::inline_fragment);
  if (selection.type_condition.empty()) return selections(selection.selections, parent);
  const ast::TypeDefinition* type = condition(selection.type_condition, {}, selection.condition_location);
  if (type != nullptr && parent != nullptr && type != parent) {
    report_.add(
        fmt::format("Fragment cannot be spread here as objects of type \"{}\" can never be of type \"{}\".",
                    parent->name, type->name),
        {selection.location});
  }
  selections(selection.selections, type);
}

/// The object type that a fragment is for; null (and reported): there is none.
const ast::TypeDefinition* Validator::condition(std::string_view type, std::string_view owner,
                                                Location where) {
  const ast::TypeDefinition* found = schema_.type(type);
  if (found == nullptr) {
    std::vector<std::string_view> names;
    for (const auto& [name, definition] : schema_.types()) names.push_back(name);
    report_.add(fmt::format("Unknown type \"{}\".{}", type, did_you_mean(type, names)), {where});
    return nullptr;
  }
  if (found->kind == ast::TypeKind::object) return found;
  const std::string name = owner.empty() ? "Fragment" : fmt::format("Fragment \"{}\"", owner);
  report_.add(fmt::format("{} cannot condition on non composite type \"{}\".", name, type), {where});
  return nullptr;
}

}  // namespace pilotlight::graphql

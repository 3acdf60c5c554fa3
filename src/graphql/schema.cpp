#include "graphql/schema.hpp"

#include <fmt/format.h>

#include "graphql/parser.hpp"
#include "graphql/types.hpp"

namespace pilotlight::graphql {
namespace {

Error refused(std::string why) {
  return refusal(Errc::invalid, std::move(why));
}

ast::TypeDefinition builtin(std::string_view name) {
  ast::TypeDefinition type;
  type.kind = ast::TypeKind::scalar;
  type.name = name;
  return type;
}

}  // namespace

Result<Schema> Schema::parse(std::string_view sdl) {
  Limits limits;
  limits.tokens_max = sdl.size();
  std::variant<ast::Document, SyntaxError> parsed = graphql::parse(sdl, limits);
  if (const auto* error = std::get_if<SyntaxError>(&parsed)) {
    return refused(fmt::format("{} ({}:{})", error->message, error->location.line, error->location.column));
  }
  Schema schema;
  for (const char* name : {"Int", "Float", "String", "Boolean", "ID"}) schema.types_[name] = builtin(name);
  for (ast::Definition& definition : std::get<ast::Document>(parsed).definitions) {
    const Result<void> added = schema.add(std::move(definition));
    if (!added) return added.error();
  }
  if (schema.roots_.empty()) {
    schema.roots_ = {{"query", "Query"}, {"mutation", "Mutation"}, {"subscription", "Subscription"}};
  }
  const Result<void> checked = schema.check();
  if (!checked) return checked.error();
  return schema;
}

Result<void> Schema::add(ast::Definition definition) {
  if (auto* type = std::get_if<ast::TypeDefinition>(&definition)) {
    const bool unsupported = type->extends || type->kind == ast::TypeKind::interface ||
                             type->kind == ast::TypeKind::union_ || !type->names.empty();
    if (unsupported)
      return refused(fmt::format("type {}: extensions, interfaces and unions cannot be used", type->name));
    const std::string name = type->name;
    if (!types_.emplace(name, std::move(*type)).second)
      return refused(fmt::format("type {} is defined twice", name));
    return {};
  }
  if (const auto* schema = std::get_if<ast::SchemaDefinition>(&definition)) {
    for (const ast::RootType& root : schema->roots) roots_[root.operation] = root.type;
    return {};
  }
  if (std::holds_alternative<ast::DirectiveDefinition>(definition)) return {};
  return refused("a schema cannot contain operations or fragments");
}

Result<void> Schema::check() const {
  for (const auto& [name, type] : types_) {
    const Result<void> checked = check_type(type);
    if (!checked) return checked;
  }
  const ast::TypeDefinition* query = root("query");
  if (query == nullptr || query->kind != ast::TypeKind::object)
    return refused("the query root must be an object type");
  return {};
}

Result<void> Schema::check_type(const ast::TypeDefinition& owner) const {
  const auto check_input = [&](const ast::InputValue& input) -> Result<void> {
    const ast::TypeDefinition* type = this->type(named_type(input.type));
    if (type != nullptr && type->kind != ast::TypeKind::object) return {};
    return refused(fmt::format("{}: {} is not an input type", owner.name, to_string(input.type)));
  };
  for (const ast::InputValue& input : owner.inputs) {
    const Result<void> checked = check_input(input);
    if (!checked) return checked;
  }
  for (const ast::FieldDefinition& field : owner.fields) {
    const ast::TypeDefinition* type = this->type(named_type(field.type));
    if (type == nullptr || type->kind == ast::TypeKind::input) {
      return refused(
          fmt::format("{}.{}: {} is not an output type", owner.name, field.name, to_string(field.type)));
    }
    for (const ast::InputValue& argument : field.arguments) {
      const Result<void> checked = check_input(argument);
      if (!checked) return checked;
    }
  }
  const bool hollow = (owner.kind == ast::TypeKind::object && owner.fields.empty()) ||
                      (owner.kind == ast::TypeKind::input && owner.inputs.empty()) ||
                      (owner.kind == ast::TypeKind::enumeration && owner.values.empty());
  if (hollow) return refused(fmt::format("type {} is empty", owner.name));
  return {};
}

bool Schema::resolve(std::string_view place, FieldResolver resolver) {
  const std::size_t dot = place.find('.');
  if (dot == std::string_view::npos) return false;
  const ast::TypeDefinition* owner = type(place.substr(0, dot));
  if (owner == nullptr || field(*owner, place.substr(dot + 1)) == nullptr) return false;
  resolvers_[std::string(place)] = std::move(resolver);
  return true;
}

const ast::TypeDefinition* Schema::type(std::string_view name) const {
  const auto found = types_.find(name);
  return found == types_.end() ? nullptr : &found->second;
}

const ast::FieldDefinition* Schema::field(const ast::TypeDefinition& type, std::string_view name) const {
  for (const ast::FieldDefinition& field : type.fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

const FieldResolver* Schema::resolver(std::string_view type, std::string_view field) const {
  const auto found = resolvers_.find(fmt::format("{}.{}", type, field));
  return found == resolvers_.end() ? nullptr : &found->second;
}

const ast::TypeDefinition* Schema::root(std::string_view operation) const {
  const auto found = roots_.find(operation);
  return found == roots_.end() ? nullptr : type(found->second);
}

}  // namespace pilotlight::graphql

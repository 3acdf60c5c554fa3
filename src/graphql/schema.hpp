#pragma once

#include <any>
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "graphql/ast.hpp"

namespace pilotlight::graphql {

/// Finds the value of one field; called on the thread that calls complete(), with the source that was given
/// to it. `parent`: the object, or a value that stands for it, such as its number in a list of thousands.
/// `arguments` are coerced. Must not throw.
using FieldResolver = std::function<boost::json::value(
    const boost::json::value& parent, const boost::json::object& arguments, const std::any& source)>;

/// The types that documents are checked against. Immutable once its resolvers are registered; then any number
/// of threads may use it. Has objects, input objects, enums and scalars, no interfaces and no unions.
class Schema {
 public:
  /// Reads type-system definitions. Refuses a text that does not parse, names a type that is not there,
  /// defines one twice, or uses a type where it cannot stand. Without a `schema` definition the roots are the
  /// types `Query`, `Mutation` and `Subscription`.
  static Result<Schema> parse(std::string_view sdl);

  /// Makes `resolver` responsible for `place`, which is `Type.field`; without one, a field is the member of
  /// the same name of its parent. False: there is no such field.
  bool resolve(std::string_view place, FieldResolver resolver);

  /// Null: none of that name. The pointers live as long as the schema, also when it is moved.
  const ast::TypeDefinition* type(std::string_view name) const;
  const ast::FieldDefinition* field(const ast::TypeDefinition& type, std::string_view name) const;
  const FieldResolver* resolver(std::string_view type, std::string_view field) const;
  /// The root type of `query`, `mutation` or `subscription`; null: the schema has none.
  const ast::TypeDefinition* root(std::string_view operation) const;
  const std::map<std::string, ast::TypeDefinition, std::less<>>& types() const { return types_; }

 private:
  Result<void> add(ast::Definition definition);
  Result<void> check() const;
  Result<void> check_type(const ast::TypeDefinition& type) const;

  std::map<std::string, ast::TypeDefinition, std::less<>> types_;
  std::map<std::string, std::string, std::less<>> roots_;
  std::map<std::string, FieldResolver, std::less<>> resolvers_;
};

}  // namespace pilotlight::graphql

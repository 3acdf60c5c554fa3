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

/// Finds the value of one field of an object that is already there; called on the thread that calls
/// complete(), with the source that was given to it. `arguments` are coerced. Must not throw.
using FieldResolver = std::function<boost::json::value(
    const boost::json::value& parent, const boost::json::object& arguments, const std::any& source)>;

/// Makes the object that a value stands for, such as a number in a list of thousands; called as a
/// FieldResolver is, and only if a field of the object is selected. Must not throw.
using ObjectMaker =
    std::function<boost::json::value(const boost::json::value& handle, const std::any& source)>;

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

  /// Makes `maker` responsible for values of the object type that are no objects themselves. False: there is
  /// no such type.
  bool make(std::string_view type, ObjectMaker maker);

  /// Null: none of that name. The pointers live as long as the schema, also when it is moved.
  const ast::TypeDefinition* type(std::string_view name) const;
  const ast::FieldDefinition* field(const ast::TypeDefinition& type, std::string_view name) const;
  const FieldResolver* resolver(std::string_view type, std::string_view field) const;
  const ObjectMaker* maker(std::string_view type) const;
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
  std::map<std::string, ObjectMaker, std::less<>> makers_;
};

}  // namespace pilotlight::graphql

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "graphql/limits.hpp"

/// What a document says, as values. Nesting is bounded by the parser (Limits::depth_max), so these may be
/// walked and destroyed recursively.
namespace pilotlight::graphql::ast {

struct Value;

/// `name: value` of an argument list or an input object.
struct Argument;

enum class ValueKind : std::uint8_t {
  variable,
  integer,
  floating,
  string,
  boolean,
  null,
  enumeration,
  list,
  object
};

struct Value {
  ValueKind kind = ValueKind::null;
  std::string
      text;  ///< variable's name, number as written, string's content, `true`/`false`, enum value's name
  std::vector<Value> items;
  std::vector<Argument> fields;
  Location location;
};

struct Argument {
  std::string name;
  Value value;
  Location location;
};

struct Directive {
  std::string name;
  std::vector<Argument> arguments;
  Location location;
};

enum class TypeShape : std::uint8_t { named, list, non_null };

struct Type {
  TypeShape shape = TypeShape::named;
  std::string name;                ///< name of a named type
  std::shared_ptr<const Type> of;  ///< inner type of a list or non-null
  Location location;
};

enum class SelectionKind : std::uint8_t { field, spread, inline_fragment };

struct Selection {
  SelectionKind kind = SelectionKind::field;
  std::string alias;           ///< empty: none
  std::string name;            ///< name of the field or of the fragment that is spread
  std::string type_condition;  ///< type condition of an inline fragment; empty: none
  std::vector<Argument> arguments;
  std::vector<Directive> directives;
  std::vector<Selection> selections;  ///< empty: no braces, as braces cannot be empty
  Location location;
  Location condition_location;   ///< place of the type condition, or of the spread fragment's name
  Location selections_location;  ///< place of the opening brace

  const std::string& key() const { return alias.empty() ? name : alias; }
};

struct VariableDefinition {
  std::string name;
  Type type;
  std::optional<Value> default_value;
  std::vector<Directive> directives;
  Location location;
  Location name_location;
};

struct Operation {
  std::string kind = "query";  ///< `query`, `mutation` or `subscription`
  std::string name;            ///< empty: anonymous
  std::vector<VariableDefinition> variables;
  std::vector<Directive> directives;
  std::vector<Selection> selections;
  Location location;
  Location name_location;
};

struct Fragment {
  std::string name;
  std::string type_condition;
  std::vector<Directive> directives;
  std::vector<Selection> selections;
  Location location;
  Location name_location;
  Location condition_location;
};

/// An argument of a field or directive, or a field of an input object.
struct InputValue {
  std::string description;
  std::string name;
  Type type;
  std::optional<Value> default_value;
  std::vector<Directive> directives;
  Location location;
};

struct FieldDefinition {
  std::string description;
  std::string name;
  std::vector<InputValue> arguments;
  Type type;
  std::vector<Directive> directives;
  Location location;
};

struct EnumValue {
  std::string description;
  std::string name;
  std::vector<Directive> directives;
};

enum class TypeKind : std::uint8_t { scalar, object, interface, union_, enumeration, input };

struct TypeDefinition {
  TypeKind kind = TypeKind::scalar;
  bool extends = false;
  std::string description;
  std::string name;
  std::vector<std::string> names;  ///< implemented interfaces or members of the union
  std::vector<Directive> directives;
  std::vector<FieldDefinition> fields;
  std::vector<InputValue> inputs;
  std::vector<EnumValue> values;
  Location location;
};

/// `query: Query` of a schema definition.
struct RootType {
  std::string operation;
  std::string type;
};

struct SchemaDefinition {
  bool extends = false;
  std::string description;
  std::vector<Directive> directives;
  std::vector<RootType> roots;
  Location location;
};

struct DirectiveDefinition {
  std::string description;
  std::string name;
  std::vector<InputValue> arguments;
  bool repeatable = false;
  std::vector<std::string> places;
  Location location;
};

using Definition = std::variant<Operation, Fragment, TypeDefinition, SchemaDefinition, DirectiveDefinition>;

struct Document {
  std::vector<Definition> definitions;
};

}  // namespace pilotlight::graphql::ast

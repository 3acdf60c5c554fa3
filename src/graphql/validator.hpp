#pragma once

#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "graphql/validate.hpp"

namespace pilotlight::graphql {

/// One use of a variable. `type` is what is expected there; null: anything.
struct VariableUse {
  const ast::Value* value;
  const ast::Type* type;
  bool has_default;
};

/// What an operation or fragment mentions itself, without the fragments it spreads.
struct Mentions {
  std::vector<VariableUse> variables;
  std::vector<std::string_view> spreads;
};

/// The rules that need no spreading of fragments, and those on variables. One validator serves one document.
class Validator {
 public:
  Validator(const Schema& schema, const ast::Document& document, const DocumentIndex& index, Report& report)
      : schema_(schema), document_(document), index_(index), report_(report) {}

  void run();

 private:
  enum class Place : std::uint8_t {
    operation,
    field,
    fragment_spread,
    inline_fragment,
    fragment_definition,
    variable
  };

  // validate.cpp: definitions
  void definitions();
  void operation_names();
  void operation(const ast::Operation& operation);
  void fragment(const ast::Fragment& fragment);
  void fragment_names();

  // validate_fields.cpp
  void selections(const std::vector<ast::Selection>& selections, const ast::TypeDefinition* type);
  void field(const ast::Selection& field, const ast::TypeDefinition* parent);
  void leaf_or_not(const ast::Selection& field, const ast::Type& type);
  void spread(const ast::Selection& spread, const ast::TypeDefinition* parent);
  void inline_fragment(const ast::Selection& selection, const ast::TypeDefinition* parent);
  const ast::TypeDefinition* condition(std::string_view type, std::string_view owner, Location where);
  void unknown_field(const ast::Selection& field, const ast::TypeDefinition& parent);

  // validate_arguments.cpp
  void arguments(const std::vector<ast::Argument>& given, const std::vector<ast::InputValue>& known,
                 std::string_view place);
  void required_arguments(const std::vector<ast::Argument>& given, const std::vector<ast::InputValue>& known,
                          std::string_view place, Location where);
  void directives(const std::vector<ast::Directive>& directives, Place place,
                  std::string_view operation_kind = {});
  void value(const ast::Value& value, const ast::Type* type, bool has_default);
  void named_value(const ast::Value& value, const ast::Type& type);
  void object_value(const ast::Value& value, const ast::TypeDefinition& type);
  void any_value(const ast::Value& value);
  void unique_fields(const ast::Value& object);

  // validate_variables.cpp
  void variable_definitions(const ast::Operation& operation);
  void variable_uses(const ast::Operation& operation);
  void variable_use(const ast::Operation& operation, const VariableUse& use);
  std::vector<const Mentions*> reachable(const Mentions& start) const;

  const Schema& schema_;
  const ast::Document& document_;
  const DocumentIndex& index_;
  Report& report_;
  Mentions* mentions_ = nullptr;  ///< mentions in the definition at hand
  std::map<const ast::Operation*, Mentions> of_operation_;
  std::map<std::string_view, Mentions> of_fragment_;
};

}  // namespace pilotlight::graphql

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "graphql/lexer.hpp"
#include "graphql/parser.hpp"

namespace pilotlight::graphql {

/// Recursive descent over one text. After the first failure the current token is the end for ever, so that
/// every loop and every call comes to its own end; what they return is then of no use.
class Parser {
 public:
  Parser(std::string_view source, const Limits& limits);

  ast::Document document();
  bool failed() const { return failed_; }
  const SyntaxError& error() const { return error_; }

 private:
  enum class Constness : std::uint8_t { variables_allowed, constant };
  enum class Form : std::uint8_t { definition, extension };

  // parser.cpp: tokens
  void advance();
  void fail(std::string reason, Location where);
  void unexpected();
  void expected(std::string_view what);
  bool skip(std::string_view punctuator);
  bool skip_keyword(std::string_view keyword);
  void expect(std::string_view punctuator);
  void expect_keyword(std::string_view keyword);
  std::string name();
  /// Whether another item of a bracketed list follows; takes the closing bracket when none does.
  bool more(std::string_view close) { return !failed_ && !skip(close); }
  bool enter();
  void leave() { --depth_; }

  // parser.cpp: values and types
  ast::Value value(Constness constness);
  ast::Value scalar_value();
  ast::Value list_value(Constness constness);
  ast::Value object_value(Constness constness);
  std::vector<ast::Argument> arguments(Constness constness);
  std::vector<ast::Directive> directives(Constness constness);
  ast::Type type();

  // parser_executable.cpp
  ast::Definition definition();
  ast::Operation operation();
  std::vector<ast::VariableDefinition> variable_definitions();
  std::vector<ast::Selection> selection_set();
  ast::Selection selection();
  ast::Selection field();
  ast::Fragment fragment();
  std::string fragment_name();

  // parser_types.cpp
  ast::Definition type_system_definition();
  ast::SchemaDefinition schema_definition(Form form);
  ast::DirectiveDefinition directive_definition();
  ast::TypeDefinition type_definition(Form form);
  std::vector<ast::FieldDefinition> field_definitions();
  std::vector<ast::InputValue> input_values(std::string_view open, std::string_view close);
  std::vector<ast::EnumValue> enum_values();
  std::vector<std::string> names_between(std::string_view separator);
  std::string description();

  Lexer lexer_;
  const Limits& limits_;
  Token token_;
  std::size_t tokens_ = 0;
  std::size_t depth_ = 0;
  bool failed_ = false;
  SyntaxError error_;
};

}  // namespace pilotlight::graphql

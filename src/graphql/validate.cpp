#include "graphql/validate.hpp"

#include <fmt/format.h>

#include "graphql/validator.hpp"

namespace pilotlight::graphql {
namespace {

constexpr std::size_t errors_max = 100;

}  // namespace

std::vector<RequestError> validate(const Schema& schema, const ast::Document& document,
                                   const Limits& limits) {
  const DocumentIndex index(document);
  Report report;
  Validator(schema, document, index, report).run();
  const bool bounded = check_expansion(index, limits, report);
  if (bounded && report.empty()) check_merging(index, report);
  return report.take();
}

bool Report::full() const {
  return errors_.size() > errors_max;
}

void Report::add(std::string message, std::vector<Location> where) {
  if (full()) return;
  if (errors_.size() == errors_max) {
    message = "Too many validation errors, error limit reached. Validation aborted.";
    where.clear();
  }
  errors_.push_back({std::move(message), std::move(where), "GRAPHQL_VALIDATION_FAILED"});
}

void Validator::run() {
  definitions();
  operation_names();
  fragment_names();
  for (const ast::Operation* one : index_.operations) operation(*one);
  for (const ast::Fragment* one : index_.fragments) fragment(*one);
  std::set<std::string_view> used;
  for (const ast::Operation* one : index_.operations) {
    variable_uses(*one);
    for (const Mentions* mentions : reachable(of_operation_[one])) {
      used.insert(mentions->spreads.begin(), mentions->spreads.end());
    }
  }
  for (const ast::Fragment* one : index_.fragments) {
    if (!used.contains(one->name))
      report_.add(fmt::format("Fragment \"{}\" is never used.", one->name), {one->location});
  }
}

void Validator::definitions() {
  for (const ast::Definition& definition : document_.definitions) {
    if (const auto* type = std::get_if<ast::TypeDefinition>(&definition)) {
      report_.add(fmt::format("The \"{}\" definition is not executable.", type->name), {type->location});
    } else if (const auto* schema = std::get_if<ast::SchemaDefinition>(&definition)) {
      report_.add("The schema definition is not executable.", {schema->location});
    } else if (const auto* directive = std::get_if<ast::DirectiveDefinition>(&definition)) {
      report_.add(fmt::format("The \"{}\" definition is not executable.", directive->name),
                  {directive->location});
    }
  }
}

void Validator::operation_names() {
  std::map<std::string_view, const ast::Operation*> seen;
  for (const ast::Operation* one : index_.operations) {
    if (one->name.empty()) {
      if (index_.operations.size() > 1) {
        report_.add("This anonymous operation must be the only defined operation.", {one->location});
      }
      continue;
    }
    const auto [first, fresh] = seen.emplace(one->name, one);
    if (!fresh) {
      report_.add(fmt::format("There can be only one operation named \"{}\".", one->name),
                  {first->second->name_location, one->name_location});
    }
  }
}

void Validator::fragment_names() {
  for (const ast::Fragment* one : index_.fragments) {
    const ast::Fragment* first = index_.fragment(one->name);
    if (first == one) continue;
    report_.add(fmt::format("There can be only one fragment named \"{}\".", one->name),
                {first->name_location, one->name_location});
  }
}

void Validator::operation(const ast::Operation& operation) {
  mentions_ = &of_operation_[&operation];
  const ast::TypeDefinition* root = schema_.root(operation.kind);
  if (root == nullptr) {
    report_.add(fmt::format("Schema is not configured to execute {} operation.", operation.kind),
                {operation.location});
  }
  variable_definitions(operation);
  directives(operation.directives, Place::operation, operation.kind);
  selections(operation.selections, root);
}

void Validator::fragment(const ast::Fragment& fragment) {
  mentions_ = &of_fragment_[fragment.name];
  const ast::TypeDefinition* type =
      condition(fragment.type_condition, fragment.name, fragment.condition_location);
  directives(fragment.directives, Place::fragment_definition);
  selections(fragment.selections, type);
}

}  // namespace pilotlight::graphql

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "graphql/graphql.hpp"
#include "graphql/input.hpp"
#include "graphql/parser.hpp"
#include "graphql/plan.hpp"
#include "graphql/validate.hpp"

namespace pilotlight::graphql {

namespace json = boost::json;

namespace {

/// Gathers fields by response key; a fragment is spread once.
class Collector {
 public:
  explicit Collector(const Plan& plan) : plan_(plan) {}

  void add(const std::vector<ast::Selection>& selections) {
    for (const ast::Selection& selection : selections) {
      if (!is_included(selection.directives, plan_.variables)) continue;
      switch (selection.kind) {
        case ast::SelectionKind::field: field(selection); break;
        case ast::SelectionKind::inline_fragment: add(selection.selections); break;
        case ast::SelectionKind::spread:
          if (spread_.insert(selection.name).second) add(plan_.index.fragment(selection.name)->selections);
          break;
      }
    }
  }

  std::vector<FieldGroup> take() { return std::move(groups_); }

 private:
  void field(const ast::Selection& selection) {
    const auto [at, fresh] = by_key_.emplace(selection.key(), groups_.size());
    if (fresh) groups_.push_back({selection.key(), {}});
    groups_[at->second].fields.push_back(&selection);
  }

  const Plan& plan_;
  std::vector<FieldGroup> groups_;
  std::map<std::string_view, std::size_t> by_key_;
  std::set<std::string_view> spread_;
};

RequestError which(std::string why) {
  return {std::move(why), {}, "OPERATION_RESOLUTION_FAILURE"};
}

/// The operation that is meant, or null and the reason in `prepared`.
const ast::Operation* choose(const DocumentIndex& index, std::string_view name, Prepared& prepared) {
  const auto& all = index.operations;
  if (name.empty() && all.size() == 1) return all.front();
  const auto named =
      std::find_if(all.begin(), all.end(), [&](const ast::Operation* one) { return one->name == name; });
  if (!name.empty() && named != all.end()) return *named;
  if (all.empty()) {
    prepared.errors.push_back(which("Must provide an operation."));
  } else if (name.empty()) {
    prepared.errors.push_back(which("Must provide operation name if query contains multiple operations."));
  } else {
    prepared.errors.push_back(which(fmt::format("Unknown operation named \"{}\".", name)));
  }
  return nullptr;
}

OperationKind kind_of(const ast::Operation& operation) {
  if (operation.kind == "mutation") return OperationKind::mutation;
  return operation.kind == "subscription" ? OperationKind::subscription : OperationKind::query;
}

void plan_roots(Plan& plan, const Limits& limits, Prepared& prepared) {
  plan.roots = plan.collect({&plan.operation->selections});
  if (plan.roots.size() > limits.roots_max) {
    const std::string why = fmt::format("Operation selects more than {} root fields.", limits.roots_max);
    prepared.errors.push_back({why, {plan.operation->location}, "GRAPHQL_VALIDATION_FAILED"});
    return;
  }
  Amount arguments;
  for (const FieldGroup& group : plan.roots) {
    const ast::Selection& field = group.first();
    const ast::FieldDefinition* definition = plan.schema.field(*plan.root, field.name);
    if (definition == nullptr) continue;  // __typename
    const RootField& root = prepared.roots.emplace_back(
        RootField{std::string(group.key), field.name,
                  coerce_arguments(plan.schema, definition->arguments, field.arguments, plan.variables,
                                   field.location, prepared.errors),
                  field.location});
    arguments.add(root.arguments);
    if (arguments.values > limits.values_max || arguments.text_bytes > limits.text_bytes_max) {
      const std::string why =
          fmt::format("Arguments of root fields have more than {} values or {} bytes of text.",
                      limits.values_max, limits.text_bytes_max);
      prepared.errors.push_back({why, {field.location}, "GRAPHQL_VALIDATION_FAILED"});
      return;
    }
  }
}

/// Calls `visit` for each field in the selections, at any depth.
template <class Visit>
void for_each_field(const std::vector<ast::Selection>& selections, const Visit& visit) {
  for (const ast::Selection& one : selections) {
    if (one.kind == ast::SelectionKind::field) visit(one);
    for_each_field(one.selections, visit);
  }
}

/// The same for a whole document.
template <class Visit>
void for_each_field(const ast::Document& document, const Visit& visit) {
  for (const ast::Definition& one : document.definitions) {
    if (const auto* operation = std::get_if<ast::Operation>(&one))
      for_each_field(operation->selections, visit);
    if (const auto* fragment = std::get_if<ast::Fragment>(&one)) for_each_field(fragment->selections, visit);
  }
}

}  // namespace

bool mentions(const Prepared& prepared, std::initializer_list<std::string_view> fields) {
  bool found = false;
  for_each_field(prepared.plan->document, [&](const ast::Selection& one) {
    found |= std::find(fields.begin(), fields.end(), one.name) != fields.end();
  });
  return found;
}

std::optional<std::vector<json::object>> arguments_of(const Prepared& prepared, std::string_view type,
                                                      std::string_view field, std::size_t most) {
  const Plan& plan = *prepared.plan;
  const ast::FieldDefinition* definition = plan.schema.field(*plan.schema.type(type), field);
  std::vector<const ast::Selection*> places;
  for_each_field(plan.document, [&](const ast::Selection& one) {
    if (one.name == field) places.push_back(&one);
  });
  if (places.size() > most) return std::nullopt;
  std::vector<json::object> all;
  for (const ast::Selection* place : places) {
    std::vector<RequestError> problems;
    json::object arguments = coerce_arguments(plan.schema, definition->arguments, place->arguments,
                                              plan.variables, place->location, problems);
    if (problems.empty()) all.push_back(std::move(arguments));
  }
  return all;
}

std::vector<FieldGroup> Plan::collect(
    const std::vector<const std::vector<ast::Selection>*>& selections) const {
  Collector collector(*this);
  for (const auto* one : selections) collector.add(*one);
  return collector.take();
}

Prepared prepare(const Schema& schema, std::string_view query, std::string_view operation_name,
                 const json::object& variables, const Limits& limits) {
  Prepared prepared;
  std::variant<ast::Document, SyntaxError> parsed = parse(query, limits);
  if (const auto* error = std::get_if<SyntaxError>(&parsed)) {
    prepared.errors.push_back({error->message, {error->location}, "GRAPHQL_PARSE_FAILED"});
    return prepared;
  }
  prepared.errors = validate(schema, std::get<ast::Document>(parsed), limits);
  if (!prepared.ok()) return prepared;

  const auto plan = std::make_shared<Plan>(schema, std::get<ast::Document>(std::move(parsed)));
  plan->operation = choose(plan->index, operation_name, prepared);
  if (plan->operation == nullptr) return prepared;
  prepared.operation = kind_of(*plan->operation);
  plan->values_max = limits.values_max;
  plan->text_bytes_max = limits.text_bytes_max;
  plan->root = schema.root(plan->operation->kind);
  plan->variables = coerce_variables(schema, *plan->operation, variables, prepared.errors);
  if (prepared.ok()) plan_roots(*plan, limits, prepared);
  if (prepared.ok()) prepared.plan = plan;
  return prepared;
}

}  // namespace pilotlight::graphql

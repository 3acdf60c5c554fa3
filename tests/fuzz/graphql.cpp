// GraphQL documents: the language, then the operations of the management API.
#include "graphql/graphql.hpp"
#include "api/graphql/faces.hpp"
#include "api/graphql/inputs.hpp"
#include "api/graphql/queries.hpp"
#include "api/graphql/schema_text.hpp"
#include "api/graphql/views.hpp"
#include "api/json.hpp"
#include "graphql/parser.hpp"
#include "graphql/printer.hpp"
#include "tests/fuzz/target.hpp"

using namespace pilotlight;
namespace json = boost::json;

namespace {

const graphql::Schema& management_schema() {
  static const graphql::Schema schema = [] {
    graphql::Schema parsed = graphql::Schema::parse(api::graphql_schema_text).value();
    static const catalog::Prices prices;
    api::resolve_types(
        parsed, [](const PayloadRef&) { return json::value(); }, prices);
    return parsed;
  }();
  return schema;
}

void printing_changes_nothing(std::string_view text) {
  const auto document = graphql::parse(text);
  if (const auto* error = std::get_if<graphql::SyntaxError>(&document)) {
    ASSERT(graphql::is_utf8(error->message) && error->location.line >= 1 && error->location.column >= 1);
    return;
  }
  const std::string printed = graphql::print(std::get<graphql::ast::Document>(document));
  const auto again = graphql::parse(printed, {.bytes_max = std::string::npos});
  ASSERT(std::holds_alternative<graphql::ast::Document>(again));
  ASSERT(graphql::print(std::get<graphql::ast::Document>(again)) == printed);
}

void can_be_shown(const std::string& config) {
  Template made;
  made.config_json = config;
  for (const auto& field : api::shown_template_fields())
    if (field.name == "config") ASSERT(field.show(made).is_null() == (config.empty() || config == "null"));
}

/// What a mutation's input says is taken, or refused in words.
template <class Read>
void is_taken_or_refused(const graphql::RootField& root, Read&& read) {
  const json::value* input = root.arguments.if_contains("input");
  if (input == nullptr || !input->is_object()) return;
  const auto asked = read(input->get_object());
  if (!asked)
    ASSERT(graphql::is_utf8(asked.error().message));
  else if (asked->env && *asked->env)
    ASSERT(fuzz::is_json(**asked->env));
  if constexpr (requires { asked->command.patch.config_json; })
    if (asked && asked->command.patch.config_json) can_be_shown(*asked->command.patch.config_json);
}

/// The definitions of somebody who has none.
const std::shared_ptr<const api::Catalog>& no_definitions() {
  static const auto none =
      std::make_shared<const api::Catalog>(std::make_shared<const answer::CatalogContent>());
  return none;
}

/// A query is answered, a mutation only read.
graphql::RootResult result_of(const graphql::Prepared& prepared, const graphql::RootField& root) {
  if (root.field_name == "saveEndpoint") is_taken_or_refused(root, api::endpoint_from_input);
  if (root.field_name == "saveTemplate") is_taken_or_refused(root, api::template_from_input);
  if (prepared.operation != graphql::OperationKind::query) return json::value();
  return api::find_root(*no_definitions(), root, api::Caller::account);
}

void is_prepared(std::string_view text) {
  const graphql::Prepared prepared = graphql::prepare(management_schema(), text, "", {});
  for (const graphql::RequestError& error : prepared.errors) ASSERT(graphql::is_utf8(error.message));
  if (!prepared.ok()) {
    ASSERT(fuzz::is_json(json::serialize(graphql::refused(prepared))));
    return;
  }
  ASSERT(prepared.roots.size() <= graphql::Limits().roots_max);
  std::vector<graphql::RootResult> results;
  for (const graphql::RootField& root : prepared.roots) results.push_back(result_of(prepared, root));
  ASSERT(fuzz::is_json(graphql::complete(prepared, results, no_definitions())));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  if (graphql::is_utf8(text)) printing_changes_nothing(text);
  is_prepared(text);
  return 0;
}

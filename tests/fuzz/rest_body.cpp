// Bodies and queries of REST v2.
#include "api/json_document.hpp"
#include "api/rest_v2/bodies.hpp"
#include "api/rest_v2/page.hpp"
#include "api/rest_v2/read_call.hpp"
#include "api/rest_v2/serverless/change.hpp"
#include "api/rest_v2/serverless/view.hpp"
#include "api/rest_v2/validate.hpp"
#include "domain/definitions/changes.hpp"
#include "tests/fuzz/target.hpp"

using namespace pilotlight;
using namespace pilotlight::api;

namespace {

constexpr std::size_t problem_bytes_max = 2'000;

void are_told(const std::vector<std::string>& problems, std::string_view root) {
  ASSERT(problems.size() <= rest_v2::problems_max);
  for (const std::string& problem : problems)
    ASSERT(problem.starts_with(root) && problem.size() <= problem_bytes_max &&
           fuzz::is_json(json_string(problem)));
}

bool knows(const rest_v2::Schema& schema, std::string_view name) {
  return std::any_of(schema.fields.begin(), schema.fields.end(),
                     [name](const rest_v2::Field& field) { return field.name == name; });
}

void is_accepted(const JsonValue& body, const rest_v2::Schema& schema) {
  ASSERT(body.kind() == JsonKind::object);
  for (const auto& [name, value] : body.members()) ASSERT(knows(schema, name));
  for (const rest_v2::Field& field : schema.fields)
    ASSERT(field.needed == rest_v2::Needed::no || body.member(field.name));
  rest_v2::idle_timeout_problem(body, "REQUEST_COUNT");
}

/// A change is shown as JSON, and the same body changes nothing more.
void is_carried_out(const JsonValue& body, const Result<rest_v2::serverless::Change>& change) {
  if (!change) return ASSERT(!change.error().message.empty());
  Endpoint endpoint;
  Template used;
  apply_patch(change->patch, endpoint);
  apply_patch(change->container.patch, used);
  const auto& variables = change->container.variables;
  ASSERT(fuzz::is_json(rest_v2::serverless::endpoint_view({endpoint, &used, variables}, "http://here")));
  if (body.member("type")) return;
  const auto again = rest_v2::serverless::changed_endpoint(body, endpoint, used);
  ASSERT(again.has_value());
  const Endpoint changed = endpoint;
  apply_patch(again->patch, endpoint);
  ASSERT(endpoint == changed);
}

void is_of_an_endpoint(const JsonValue& body, const rest_v2::Schema& schema) {
  if (&schema == &rest_v2::create_endpoint_request)
    is_carried_out(body, rest_v2::serverless::new_endpoint(body));
  if (&schema == &rest_v2::update_endpoint_request)
    is_carried_out(body, rest_v2::serverless::changed_endpoint(body, Endpoint(), Template()));
}

void is_read(const Body& body) {
  std::size_t replaced = 0;
  const Body strict = made_strict(body, Writer::client, replaced);
  const auto document = JsonDocument::read(body);
  if (!fuzz::exponent_is_long(*strict))
    ASSERT(document.has_value() == fuzz::StrictJson::accepts(*strict, fuzz::depth_max));
  if (!document) {
    ASSERT(!document.error().message.empty());
    return;
  }
  for (const rest_v2::Schema* schema : rest_v2::request_bodies()) {
    const auto problems = rest_v2::problems_of(document->root(), *schema, "$");
    are_told(problems, "$");
    if (!problems.empty()) continue;
    is_accepted(document->root(), *schema);
    is_of_an_endpoint(document->root(), *schema);
  }
}

void is_asked(std::string_view text) {
  static constexpr rest_v2::Field fields[] = {rest_v2::limit_field,
                                              rest_v2::cursor_field,
                                              {.name = "since", .schema = &rest_v2::values::date},
                                              {.name = "flag", .schema = &rest_v2::values::flag},
                                              {.name = "list", .schema = &rest_v2::values::texts}};
  static constexpr rest_v2::Schema schema{.type = rest_v2::Type::object, .fields = fields};
  net::Request request;
  request.query = text;
  const JsonDocument query = rest_v2::query_document(request, schema);
  const auto problems = rest_v2::problems_of(query.root(), schema, "query");
  are_told(problems, "query");
  if (!problems.empty()) return;
  const auto page = rest_v2::page_query("pods", query.root());
  if (page && page->limit) ASSERT(*page->limit >= 1 && *page->limit <= 1000);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  is_read(copy_body(text));
  is_asked(text);
  return 0;
}

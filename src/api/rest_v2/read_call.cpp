#include "api/rest_v2/read_call.hpp"

#include "api/rest_v2/problem.hpp"
#include "api/rest_v2/validate.hpp"
#include "net/text.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

constexpr std::size_t read_at_once_max = 64 * 1024;  ///< bytes of a body that a connection's own thread reads

bool is_number(std::string_view text) {
  const bool begins = text.starts_with('-') || (!text.empty() && text.front() >= '0' && text.front() <= '9');
  return begins && !json_problem(copy_body(text));
}

JsonKind kind_in(std::string_view text, Type type) {
  if (type == Type::flag && (text == "true" || text == "false")) return JsonKind::flag;
  if ((type == Type::integer || type == Type::number) && is_number(text)) return JsonKind::number;
  return JsonKind::text;
}

}  // namespace

JsonDocument query_document(const Request& request, const Schema& schema) {
  JsonDocument document;
  for (const Field& field : schema.fields) {
    const auto text = request.parameter(field.name);
    if (!text) continue;
    document.add_name(field.name);
    if (field.schema->type != Type::list) {
      document.add(kind_in(*text, field.schema->type), *text);
      continue;
    }
    document.open_list();
    for (std::string_view rest = *text;;) {
      const std::string_view element = rest.substr(0, rest.find(','));
      document.add(kind_in(element, field.schema->items->type), element);
      if (element.size() == rest.size()) break;
      rest.remove_prefix(element.size() + 1);
    }
    document.close();
  }
  document.close();
  return document;
}

std::optional<Response> read_query(const Request& request, const Schema& schema, JsonDocument& query) {
  if (!net::percent_decode(request.query, true))
    return not_valid({"query: a % is not followed by two hexadecimal digits"});
  query = query_document(request, schema);
  const auto problems = problems_of(query.root(), schema, "query");
  return problems.empty() ? std::nullopt : std::optional(not_valid(problems));
}

std::optional<Response> read_body(const Body& text, const Schema& schema, JsonDocument& body) {
  if (!text || text->empty()) return problem(400, "the body is empty; send a JSON object");
  auto document = JsonDocument::read(text);
  if (!document) return problem(400, "the body is not valid JSON: " + document.error().message);
  body = std::move(*document);
  const auto problems = problems_of(body.root(), schema, "$");
  return problems.empty() ? std::nullopt : std::optional(not_valid(problems));
}

awaitable<std::optional<Response>> read_call(Context& context, const Operation& operation, Call& call) {
  std::optional<Response> refusal;
  if (operation.query != nullptr) refusal = read_query(call.request, *operation.query, call.query);
  if (refusal || operation.body == nullptr) co_return refusal;
  auto read = [&call, &operation] { return read_body(call.request.body, *operation.body, call.body); };
  if (call.request.body_bytes <= read_at_once_max) co_return read();
  refusal = co_await in_background(context, call.exchange, std::move(read));
  co_return refusal;
}

}  // namespace pilotlight::api::rest_v2

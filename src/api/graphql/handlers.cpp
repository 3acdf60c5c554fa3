#include "api/graphql/handlers.hpp"

#include "api/graphql/keep_secrets.hpp"
#include "api/graphql/operations.hpp"
#include "api/json.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;
constexpr ByteCount body_max = 2ULL << 20;
constexpr std::size_t json_depth_max = 100;
constexpr std::size_t brief_max = 4 * 1024;

/// Bounds of a request without a key: the whole catalogue, once.
graphql::Limits limits_without_key() {
  graphql::Limits limits;
  limits.fields_max = 1'000;
  limits.roots_max = 10;
  limits.values_max = 25'000;
  limits.text_bytes_max = 1024 * 1024;
  return limits;
}

/// What a request asks for, or why it cannot be understood.
struct Question {
  std::string query;
  std::string operation_name;
  json::object variables;
  std::string problem;
};

Response errors_response(int status, std::string_view message, std::string_view code) {
  const json::value body{{"errors", {{{"message", message}, {"extensions", {{"code", code}}}}}}};
  return json_response(status, json::serialize(body));
}

Response bad_request(std::string_view message) {
  return errors_response(400, message, "BAD_REQUEST");
}

/// The refusal of a request whose key is absent, or does not open this door.
Response no_key(ApiKeys::Verdict verdict) {
  if (unauthorized_status(verdict) == 403)
    return errors_response(403, unauthorized_text(verdict), "FORBIDDEN");
  return errors_response(
      401, "Unauthorized: send a valid API key, as ?api_key=KEY or in the header Authorization: Bearer KEY",
      "UNAUTHENTICATED");
}

std::string read_members(const json::object& body, Question& question) {
  const json::value* query = body.if_contains("query");
  if (query == nullptr || !query->is_string())
    return "the body must have \"query\": a string with a GraphQL document";
  question.query = query->get_string();
  if (const json::value* name = body.if_contains("operationName"); name != nullptr && !name->is_null()) {
    if (!name->is_string()) return "\"operationName\" must be a string";
    question.operation_name = name->get_string();
  }
  if (const json::value* variables = body.if_contains("variables");
      variables != nullptr && !variables->is_null()) {
    if (!variables->is_object()) return "\"variables\" must be an object";
    question.variables = variables->get_object();
  }
  return {};
}

json::value parse(std::string_view text, boost::system::error_code& error) {
  json::parse_options options;
  options.max_depth = json_depth_max;
  return json::parse(text, error, {}, options);
}

Question read_question(const Body& body) {
  Question question;
  boost::system::error_code error;
  json::value value = parse(body ? std::string_view(*body) : std::string_view(), error);
  if (error && body) {
    std::size_t replaced = 0;
    const Body strict = made_strict(body, Writer::client, replaced);
    if (replaced > 0) value = parse(*strict, error = {});
  }
  if (error)
    question.problem = "the body is not JSON: " + error.message();
  else if (!value.is_object())
    question.problem = "the body must be a JSON object such as {\"query\": \"{ myself { id } }\"}";
  else
    question.problem = read_members(value.get_object(), question);
  return question;
}

/// Whether a request is understood in microseconds: it is short, and no fragment multiplies its fields.
bool is_brief(const Body& body) {
  return !body || (body->size() <= brief_max && body->find("...") == body->npos);
}

awaitable<Response> answer(Context& context, std::shared_ptr<const graphql::Schema> schema, Request request,
                           Exchange& exchange) {
  const std::optional<Account> account = context.keys.account_of(request, KeyRole::all);
  const ApiKeys::Verdict verdict = context.keys.judge(request, KeyRole::all);
  if (!account && verdict != ApiKeys::Verdict::absent) co_return no_key(verdict);
  if (request.over_limit)
    co_return errors_response(413, "the request is larger than 2 MiB; send fewer operations at once",
                              "BAD_REQUEST");

  const graphql::Limits limits = account ? graphql::Limits() : limits_without_key();
  graphql::Prepared prepared;
  auto understand = [&] {
    Question asked = read_question(request.body);
    if (asked.problem.empty())
      prepared = graphql::prepare(*schema, asked.query, asked.operation_name, asked.variables, limits);
    keep_secrets(asked.query, prepared);
    return asked;
  };
  Question question;
  if (account && is_brief(request.body))
    question = understand();
  else
    question = co_await in_background(context, exchange, std::move(understand));
  if (!question.problem.empty()) co_return bad_request(question.problem);
  if (!prepared.ok())
    co_return json_response(prepared.http_status(), json::serialize(graphql::refused(prepared)));

  if (!account && prepared.operation == graphql::OperationKind::mutation) co_return no_key(verdict);
  MakeResponse respond = co_await carry_out(context, exchange, prepared, account);
  std::string text = co_await in_background(context, exchange, std::move(respond));
  co_return json_response(200, std::move(text));
}

}  // namespace

std::vector<Door> graphql_doors(Context& context) {
  auto schema = std::make_shared<const graphql::Schema>(management_schema(context));
  auto handle = [&context, schema](Request request, Exchange& exchange) {
    return answer(context, schema, std::move(request), exchange);
  };
  auto admit = [&context](const Request& request) -> std::optional<Response> {
    const ApiKeys::Verdict verdict = context.keys.judge(request, KeyRole::all);
    return verdict == ApiKeys::Verdict::accepted ? std::nullopt : std::optional(no_key(verdict));
  };
  std::vector<Door> doors;
  // A query without a key is answered, with nulls.
  for (const char* path : {"/graphql", "/graphql/"})
    doors.push_back(
        {Access::all_keys,
         {net::Method::post, path, body_max, net::Budget::client, net::OverLimit::refuse, handle, admit}});
  return doors;
}

}  // namespace pilotlight::api

#include "api/rest_v2/serverless/operations.hpp"

#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "api/rest_v2/bodies.hpp"
#include "api/rest_v2/page.hpp"
#include "api/rest_v2/problem.hpp"
#include "api/rest_v2/serverless/change.hpp"
#include "api/rest_v2/serverless/reads.hpp"
#include "api/rest_v2/serverless/schemas.hpp"
#include "api/rest_v2/serverless/shown.hpp"

namespace pilotlight::api::rest_v2::serverless {
namespace {

using OperationFunction = awaitable<Response> (*)(Context&, Call);

Response refused_because(const Error& error) {
  return error.code == Errc::not_found ? not_found() : problem_of(error);
}

/// The refusal of a body whose idle timeout does not fit its scaler. `scaler`: of the stored endpoint.
std::optional<Response> idle_timeout_refusal(const JsonValue& body, std::string_view scaler) {
  const auto problem = idle_timeout_problem(body, scaler);
  if (!problem) return std::nullopt;
  return not_valid({"$.workers.idleTimeout: " + std::string(*problem)});
}

/// Reads the template that the body names into the wish. Returned: the refusal, if it cannot be used.
awaitable<std::optional<Response>> read_source(Context& context, Exchange& exchange, const JsonValue& body,
                                               service::ContainerWish& wish) {
  const auto named = body.member("templateId");
  if (!named || named->text().empty()) co_return std::nullopt;
  const auto id = TemplateId::parse(named->text());
  if (id) wish.from = co_await service::read_template(context, exchange, *id);
  if (!wish.from || !wish.from->bound_endpoint.empty()) co_return not_found();
  if (!wish.from->is_serverless)
    co_return not_valid(
        {"$.templateId: Serverless endpoints cannot use pod templates. Please use a serverless template."});
  co_return std::nullopt;
}

/// Saves the endpoint and answers with it.
awaitable<Response> save(Context& context, Call& call, command::SaveEndpoint command, Change change,
                         int status) {
  if (auto refusal = co_await read_source(context, call.exchange, call.body.root(), change.container))
    co_return std::move(*refusal);
  command.account = call.account.id();
  command.patch = std::move(change.patch);
  const auto saved = co_await service::save_endpoint(context, call.exchange, std::move(command),
                                                     std::move(change.container));
  if (!saved) co_return refused_because(saved.error());
  std::string shown = co_await show_saved(context, call.exchange, *saved);
  co_return json_response(status, std::move(shown));
}

awaitable<Response> create(Context& context, Call call) {
  const JsonValue body = call.body.root();
  if (auto refusal = idle_timeout_refusal(body, {})) co_return std::move(*refusal);
  auto change = new_endpoint(body);
  if (!change) co_return problem_of(change.error());
  command::SaveEndpoint command;
  command.create = true;
  co_return co_await save(context, call, std::move(command), std::move(*change), 201);
}

awaitable<Response> update(Context& context, Call call) {
  const auto now = co_await endpoint_in(context, call, "/v2/serverless/{}");
  if (!now) co_return not_found();
  const JsonValue body = call.body.root();
  const Endpoint& before = *now->entry.endpoint;
  if (auto refusal = idle_timeout_refusal(body, scaler_name(before.scaler_type)))
    co_return std::move(*refusal);
  auto change = changed_endpoint(body, before, now->used ? *now->used : Template());
  if (!change) co_return problem_of(change.error());
  command::SaveEndpoint command;
  command.id = before.id;
  co_return co_await save(context, call, std::move(command), std::move(*change), 200);
}

awaitable<Response> remove(Context& context, Call call) {
  const auto id = id_in<EndpointId>(call.request, "/v2/serverless/{}");
  if (!id) co_return not_found();
  const auto removed = co_await service::delete_endpoint(context, call.exchange, *id, true);
  co_return removed ? no_content() : refused_because(removed.error());
}

struct Row {
  net::Method method;
  std::string_view path, id, summary;
  const Schema* query;
  const Schema* body;
  const Schema* answer;
  int status;
  OperationFunction function;
};

using net::Method;
const Row rows[] = {
    {Method::get, "/v2/serverless", "listEndpoints", "Lists the endpoints", &page_schemas::query, nullptr,
     &list_answer, 200, list_endpoints},
    {Method::post, "/v2/serverless", "createEndpoint", "Makes an endpoint", nullptr, &create_endpoint_request,
     &endpoint_answer, 201, create},
    {Method::get, "/v2/serverless/{id}", "getEndpoint", "Reads an endpoint", nullptr, nullptr,
     &endpoint_answer, 200, show_endpoint},
    {Method::patch, "/v2/serverless/{id}", "updateEndpoint", "Changes what the body names of an endpoint",
     nullptr, &update_endpoint_request, &endpoint_answer, 200, update},
    {Method::delete_, "/v2/serverless/{id}", "deleteEndpoint",
     "Removes an endpoint: its jobs are cancelled, its workers stopped", nullptr, nullptr, nullptr, 204,
     remove},
    {Method::get, "/v2/serverless/{id}/workers", "listEndpointWorkers", "Lists the workers of an endpoint",
     &page_schemas::query, nullptr, &workers_answer, 200, list_workers},
    {Method::get, "/v2/serverless/{id}/releases", "listEndpointReleases",
     "Shows how many workers run the newest version of an endpoint", &page_schemas::query, nullptr,
     &releases_answer, 200, list_releases},
    {Method::get, "/v2/serverless/{id}/builds", "listEndpointBuilds", "Lists no builds", &page_schemas::query,
     nullptr, &builds_answer, 200, list_builds},
    {Method::get, "/v2/serverless/{id}/builds/{buildId}", "getEndpointBuild", "Finds no build", nullptr,
     nullptr, &build_answer, 200, show_build},
};

}  // namespace

std::vector<Operation> operations(Context& context) {
  std::vector<Operation> all;
  for (const Row& row : rows)
    all.push_back({.method = row.method,
                   .path = std::string(row.path),
                   .id = row.id,
                   .summary = row.summary,
                   .query = row.query,
                   .body = row.body,
                   .answer = row.answer,
                   .status = row.status,
                   .handler = handler_of(context, row.function)});
  return all;
}

}  // namespace pilotlight::api::rest_v2::serverless

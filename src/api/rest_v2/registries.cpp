#include "api/rest_v2/registries.hpp"

#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "api/rest_v2/bodies.hpp"
#include "api/rest_v2/page.hpp"
#include "api/rest_v2/problem.hpp"
#include "api/rest_v2/values.hpp"
#include "service/credentials/credentials.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

using net::Method;
using service::Registry;

constexpr std::string_view registries_path = "/v2/registries", registry_path = "/v2/registries/{id}";
constexpr std::string_view registries_member = "registries";

constexpr Field registry_fields[] = {{.name = "id", .schema = &values::text, .needed = Needed::yes},
                                     {.name = "name", .schema = &values::text, .needed = Needed::yes}};
constexpr Schema registry_answer{
    .type = Type::object, .name = "Registry", .fields = registry_fields, .open = true};
constexpr Schema some_registries{.type = Type::list, .items = &registry_answer};
constexpr Field list_registries_fields[] = {
    {.name = registries_member, .schema = &some_registries, .needed = Needed::yes}, pagination_field};
constexpr Schema list_registries_answer{
    .type = Type::object, .name = "ListRegistriesResponse", .fields = list_registries_fields, .open = true};

/// Empty for what is no id, which then is not found.
RegistryId registry_id_of(const Request& request) {
  return id_in<RegistryId>(request, "/v2/registries/{}").value_or(RegistryId());
}

Position registry_position(const Registry& registry) {
  return {to_ms(registry->created), registry->id.text()};
}

JsonWriter& add_registry(JsonWriter& json, const RegistryCredential& registry) {
  return json.text("id", registry.id.view()).text("name", registry.name);
}

Response registry_response(int status, const RegistryCredential& registry) {
  JsonWriter json;
  return json_response(status, add_registry(json, registry).done());
}

awaitable<Response> list_registries(Context& context, Call call) {
  const auto asked = page_query(registries_member, call.query.root());
  if (!asked) co_return not_valid({asked.error().message});
  auto all = co_await service::read_registries(context, call.exchange);
  if (!all) co_return problem_of_rule(all.error());
  sort_by_position(*all, registry_position);
  JsonWriter json;
  const Page page = add_items(
      json, *asked, all->size(), [&all](std::size_t i) { return registry_position((*all)[i]); },
      [&](std::size_t i) { add_registry(json.open(), *(*all)[i]).close(); });
  add_pagination(json, page);
  co_return json_response(200, json.done());
}

awaitable<Response> create_registry(Context& context, Call call) {
  const JsonValue body = call.body.root();
  const auto text = [&body](std::string_view name) { return std::string(body.member(name)->text()); };
  service::RegistryWish wish{text("name"), text("username"), text("password")};
  const auto made =
      co_await service::make_registry(context, call.exchange, call.account.id(), std::move(wish));
  co_return made ? registry_response(201, **made) : problem_of_rule(made.error());
}

awaitable<Response> show_registry(Context& context, Call call) {
  const auto found = co_await service::read_registries(context, call.exchange, registry_id_of(call.request));
  co_return found ? registry_response(200, *found->front()) : problem_of_rule(found.error());
}

awaitable<Response> delete_registry(Context& context, Call call) {
  const auto removed =
      co_await service::delete_registry(context, call.exchange, registry_id_of(call.request));
  co_return removed ? no_content() : problem_of_rule(removed.error());
}

}  // namespace

std::vector<Operation> registry_operations(Context& context) {
  std::vector<Operation> operations;
  operations.push_back({.method = Method::get,
                        .path = std::string(registries_path),
                        .id = "listRegistries",
                        .summary = "Lists the credentials for container registries, newest first",
                        .query = &page_schemas::query,
                        .answer = &list_registries_answer,
                        .handler = handler_of(context, list_registries)});
  operations.push_back({.method = Method::post,
                        .path = std::string(registries_path),
                        .id = "createRegistry",
                        .summary = "Makes a credential for a container registry",
                        .body = &create_registry_request,
                        .answer = &registry_answer,
                        .status = 201,
                        .handler = handler_of(context, create_registry)});
  operations.push_back({.method = Method::get,
                        .path = std::string(registry_path),
                        .id = "getRegistry",
                        .summary = "Shows a credential for a container registry",
                        .answer = &registry_answer,
                        .handler = handler_of(context, show_registry)});
  operations.push_back({.method = Method::delete_,
                        .path = std::string(registry_path),
                        .id = "deleteRegistry",
                        .summary = "Deletes a credential for a container registry",
                        .status = 204,
                        .handler = handler_of(context, delete_registry)});
  return operations;
}

}  // namespace pilotlight::api::rest_v2

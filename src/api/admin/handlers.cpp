#include "api/admin/handlers.hpp"

#include "api/admin/key_request.hpp"
#include "api/admin/key_view.hpp"
#include "api/admin/openapi.hpp"
#include "service/accounts/accounts.hpp"

namespace pilotlight::api {
namespace {

constexpr ByteCount key_body_max = 64 * 1024;

/// The id in the path; empty for what is none, which then is not found.
ApiKeyId key_id_of(const Request& request) {
  const auto parts = net::captures("/admin/v1/keys/{}", request.path);
  return parts.empty() ? ApiKeyId() : ApiKeyId::parse(parts.front()).value_or(ApiKeyId());
}

Response no_such_key() {
  return error_response(404, "there is no such API key; GET /admin/v1/keys lists the keys");
}

Response key_refused(const Error& error) {
  return error.code == Errc::not_found ? no_such_key() : refused(error);
}

awaitable<Response> create_key(Context& context, Account account, Request request, Exchange& exchange) {
  if (request.over_limit)
    co_return error_response(413, "the body is larger than 64 KiB; send only name, role and endpoints");
  auto wished = parse_key_request(request.body);
  if (!wished) co_return refused(wished.error());
  wished->account = account.id();
  ApiKey key = std::move(*wished);
  const auto made = co_await service::make_key(context, exchange, std::move(key));
  if (!made) co_return key_refused(made.error());
  JsonWriter json;
  add_key(json, *made->key);
  json.text("key", made->text);
  Response response = json_response(201, json.done());
  response.headers.emplace_back("Cache-Control", "no-store");
  co_return response;
}

awaitable<Response> list_keys(Context& context, Account, Request, Exchange& exchange) {
  const auto keys = co_await service::read_keys(context, exchange);
  if (!keys) co_return key_refused(keys.error());
  JsonWriter json;
  json.list("keys");
  for (const auto& key : *keys) {
    add_key(json.open(), *key);
    json.close();
  }
  co_return json_response(200, json.end().done());
}

awaitable<Response> show_key(Context& context, Account, Request request, Exchange& exchange) {
  const auto keys = co_await service::read_keys(context, exchange, key_id_of(request));
  if (!keys) co_return key_refused(keys.error());
  JsonWriter json;
  add_key(json, *keys->front());
  co_return json_response(200, json.done());
}

awaitable<Response> revoke_key(Context& context, Account, Request request, Exchange& exchange) {
  const auto revoked = co_await service::revoke_key(context, exchange, key_id_of(request));
  co_return revoked ? no_content() : key_refused(revoked.error());
}

}  // namespace

std::vector<AccountRoute> key_routes(Context& context) {
  using net::Method;
  constexpr KeyRole role = KeyRole::all;
  const std::string all = "/admin/v1/keys", one = all + "/{}";
  return {account_route(context, role, Method::get, all, key_body_max, list_keys),
          account_route(context, role, Method::post, all, key_body_max, create_key),
          account_route(context, role, Method::get, one, key_body_max, show_key),
          account_route(context, role, Method::delete_, one, key_body_max, revoke_key)};
}

std::vector<Door> admin_doors() {
  const auto describe = [](net::Request, net::Exchange&) {
    return at_once(json_response(200, std::string(admin_openapi)));
  };
  net::Route route;
  route.method = net::Method::get;
  route.pattern = "/admin/v1/openapi.json";
  route.handler = describe;
  return {Door(Access::everybody, std::move(route))};
}

}  // namespace pilotlight::api

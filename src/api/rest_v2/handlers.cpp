#include "api/rest_v2/handlers.hpp"

#include <algorithm>
#include <iterator>

#include "api/responses.hpp"
#include "api/rest_v2/billing.hpp"
#include "api/rest_v2/catalog.hpp"
#include "api/rest_v2/foreign_lists.hpp"
#include "api/rest_v2/frame.hpp"
#include "api/rest_v2/network_volumes.hpp"
#include "api/rest_v2/openapi.hpp"
#include "api/rest_v2/registries.hpp"
#include "api/rest_v2/serverless/operations.hpp"
#include "api/rest_v2/ssh_keys.hpp"
#include "api/rest_v2/templates.hpp"
#include "api/rest_v2/worker_logs.hpp"
#include "service/accounts/accounts.hpp"
#include "service/definitions/definitions.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

net::Route openapi_route(std::string document) {
  net::Route route;
  route.method = net::Method::get;
  route.pattern = "/v2/openapi.json";
  route.handler = [body = make_body(std::move(document))](Request, Exchange&) {
    Response response;
    response.payload = body;
    return at_once(std::move(response));
  };
  return route;
}

awaitable<Result<std::string>> public_keys_of(Context& context, Exchange& exchange) {
  const auto content = co_await service::read_catalog(context, exchange);
  co_return content->public_key ? *content->public_key : std::string();
}

PublicKeys public_keys(Context& context) {
  const auto read = [&context](Account, Exchange& exchange) { return public_keys_of(context, exchange); };
  const auto replace = [&context](Account account, Exchange& exchange, std::string text) {
    return service::save_settings(context, exchange, AccountSettings{account.id(), std::move(text)});
  };
  return {read, replace};
}

void add(std::vector<Operation>& operations, std::vector<Operation> more) {
  std::move(more.begin(), more.end(), std::back_inserter(operations));
}

}  // namespace

std::vector<Door> doors(Context& context, const std::vector<RateLimit>& limits) {
  std::vector<Operation> operations = foreign_list_operations();
  add(operations, registry_operations(context));
  add(operations, serverless::operations(context));
  add(operations, worker_log_operations(context));
  add(operations, template_operations(context));
  add(operations, billing_operations(context));
  add(operations, ssh_key_operations(public_keys(context)));
  add(operations, catalog_operations(context.settings.prices));
  add(operations, network_volume_operations(context));
  std::vector<net::Route> open;
  open.push_back(openapi_route(openapi_document(operations, context.settings.public_url)));
  return framed(context, limits, std::move(operations), std::move(open));
}

}  // namespace pilotlight::api::rest_v2

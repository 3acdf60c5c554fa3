#include "api/rest_v2/frame.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "api/responses.hpp"
#include "api/rest_v2/problem.hpp"
#include "api/rest_v2/rate_windows.hpp"
#include "api/rest_v2/read_call.hpp"
#include "api/with_key.hpp"
#include "base/log.hpp"
#include "net/router.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

using net::Method;

constexpr ByteCount body_max = 2ULL << 20;
constexpr std::string_view nouns[] = {
    "serverless", "templates", "network-volumes", "registries", "catalog", "billing",     "account",
    "pods",       "clusters",  "global-volumes",  "sandboxes",  "flash",   "openapi.json"};
/// Nouns, or paths below them, that RunPod has and this server has not, and how a sentence calls them.
constexpr std::pair<std::string_view, std::string_view> foreign[] = {
    {"/v2/pods", "Pods"},
    {"/v2/clusters", "Clusters"},
    {"/v2/global-volumes", "Global volumes"},
    {"/v2/sandboxes", "Sandboxes"},
    {"/v2/flash", "Flash apps"},
    {"/v2/registries/delegations", "Delegations"}};
constexpr std::array all_methods{Method::get,   Method::head,    Method::post,    Method::put,
                                 Method::patch, Method::delete_, Method::options, Method::other};

/// "/v2/serverless/{id}" as a route has it: "/v2/serverless/{}".
std::string pattern_of(std::string_view path) {
  std::string pattern;
  bool in_name = false;
  for (const char c : path) {
    in_name = in_name && c != '}';
    if (!in_name) pattern += c;
    in_name = in_name || c == '{';
  }
  return pattern;
}

std::string_view foreign_name(std::string_view pattern) {
  for (const auto& [path, name] : foreign)
    if (pattern == path || pattern.starts_with(std::string(path) + "/")) return name;
  return {};
}

Response no_such_path(std::string_view pattern) {
  const std::string_view name = foreign_name(pattern);
  if (name.empty())
    return problem(404,
                   "resource not found: the server has no such path; GET /v2/openapi.json lists its paths");
  return problem(
      404, fmt::format("resource not found: {} are out of scope here; the server runs endpoints", name));
}

Response not_allowed(const std::string& allowed) {
  Response response = problem(405, "The requested method is not allowed for this path.");
  response.headers.emplace_back("Allow", allowed);
  return response;
}

Response methods_of(const std::string& allowed) {
  Response response = no_content();
  response.headers.emplace_back("Allow", allowed);
  return response;
}

/// Only this counts here: neither a key without the word nor one in the query.
bool has_bearer(const Request& request) {
  return !bearer_token(request.authorization).value_or("").empty();
}

Response no_bearer() {
  return refused_key(ApiKeys::Verdict::absent);
}

Response with_id(Response response) {
  const std::string id = fmt::format("{:016x}{:016x}", service::random_bits(), service::random_bits());
  if (response.status == 500) log::error("rest_v2_failed request_id={}", id);
  response.headers.emplace_back("x-request-id", id);
  return response;
}

awaitable<Response> identified(const net::Handler& handler, Request request, Exchange& exchange) {
  Response response = co_await handler(std::move(request), exchange);
  co_return with_id(std::move(response));
}

enum class Key : std::uint8_t { needed, not_needed };

/// The route with an id in every answer, and, if a key is needed, refusing requests without a bearer's.
net::Route in_frame(net::Route route, Key key) {
  route.misread = [](int status, std::string_view message) { return with_id(problem(status, message)); };
  route.handler = [key, handler = std::move(route.handler)](Request request, Exchange& exchange) {
    if (key == Key::needed && !has_bearer(request)) return at_once(with_id(no_bearer()));
    return identified(handler, std::move(request), exchange);
  };
  if (key == Key::not_needed) return route;
  route.admission = [admission =
                         std::move(route.admission)](const Request& request) -> std::optional<Response> {
    if (!has_bearer(request)) return with_id(no_bearer());
    std::optional<Response> refusal = admission ? admission(request) : std::nullopt;
    if (refusal) refusal = with_id(std::move(*refusal));
    return refusal;
  };
  return route;
}

/// A route of REST v2: they all are for keys of the role all.
AccountRoute keyed_route(Method method, std::string pattern, ByteCount body, AccountHandler handler) {
  AccountRoute route(KeyRole::all, method, std::move(pattern), body, std::move(handler));
  route.refusal = refused_key;
  return route;
}

AccountHandler always(std::function<Response()> respond) {
  return [respond = std::move(respond)](Account, Request, Exchange&) { return at_once(respond()); };
}

awaitable<Response> carry_out(Context& context, const Operation& operation, Account account, Request request,
                              Exchange& exchange) {
  if (request.over_limit) co_return problem(413, "the request is larger than 2 MiB; send less at once");
  Call call{account, std::move(request), exchange, {}, {}};
  std::optional<Response> refusal = co_await read_call(context, operation, call);
  if (refusal) co_return std::move(*refusal);
  Response response = co_await operation.handler(std::move(call));
  co_return response;
}

AccountHandler handler_of(Context& context, std::shared_ptr<const Operation> operation) {
  return [&context, operation = std::move(operation)](Account account, Request request, Exchange& exchange) {
    return carry_out(context, *operation, account, std::move(request), exchange);
  };
}

/// The methods of each pattern, in order of registration.
using Methods = std::map<std::string, std::vector<Method>>;

std::string names_of(const std::vector<Method>& methods) {
  std::string names;
  for (const Method method : methods)
    names += (names.empty() ? "" : ", ") + std::string(net::method_name(method));
  return names;
}

/// The methods that a pattern does not have. A HEAD is a GET, and OPTIONS is answered everywhere.
std::vector<Method> others(const std::vector<Method>& known) {
  const auto knows = [&known](Method method) { return std::count(known.begin(), known.end(), method) > 0; };
  std::vector<Method> rest;
  for (const Method method : all_methods) {
    const bool as_get = method == Method::head && knows(Method::get);
    if (!knows(method) && !as_get && method != Method::options) rest.push_back(method);
  }
  return rest;
}

/// The routes of operations, and refusals of the other methods of their paths.
std::vector<AccountRoute> keyed_routes(Context& context, std::vector<Operation> operations,
                                       Methods& methods) {
  std::vector<AccountRoute> routes;
  for (Operation& operation : operations) {
    const std::string pattern = pattern_of(operation.path);
    methods[pattern].push_back(operation.method);
    const auto shared = std::make_shared<const Operation>(std::move(operation));
    routes.push_back(keyed_route(shared->method, pattern, body_max, handler_of(context, shared)));
    routes.back().lasting = shared->lasting;
  }
  for (const auto& [pattern, known] : methods) {
    std::function<Response()> refuse = [allowed = names_of(known)] { return not_allowed(allowed); };
    if (!foreign_name(pattern).empty()) refuse = [pattern = pattern] { return no_such_path(pattern); };
    for (const Method method : others(known))
      routes.push_back(keyed_route(method, pattern, 0, always(refuse)));
  }
  return routes;
}

/// Refusals of every path below the nouns that has no route of its own.
std::vector<AccountRoute> unknown_paths(const Methods& methods) {
  std::set<std::string> patterns;
  for (const std::string_view noun : nouns) patterns.insert("/v2/" + std::string(noun));
  for (const auto& [path, name] : foreign) patterns.insert(std::string(path));
  std::vector<AccountRoute> routes;
  for (const std::string& path : patterns)
    for (const std::string& pattern : {path, path + "/{*}"}) {
      if (methods.contains(pattern)) continue;
      for (const Method method : all_methods)
        routes.push_back(
            keyed_route(method, pattern, 0, always([pattern] { return no_such_path(pattern); })));
    }
  return routes;
}

net::Route open_route(Method method, std::string pattern, std::function<Response()> respond) {
  net::Route route;
  route.method = method;
  route.pattern = std::move(pattern);
  route.handler = [respond = std::move(respond)](Request, Exchange&) { return at_once(respond()); };
  return route;
}

}  // namespace

std::vector<Door> framed(Context& context, const std::vector<RateLimit>& limits,
                         std::vector<Operation> operations, std::vector<net::Route> open_routes) {
  Methods methods, open_methods;
  std::vector<AccountRoute> keyed = keyed_routes(context, std::move(operations), methods);
  for (const net::Route& route : open_routes) open_methods[route.pattern].push_back(route.method);
  for (const auto& [pattern, known] : open_methods)
    for (const Method method : others(known))
      open_routes.push_back(
          open_route(method, pattern, [allowed = names_of(known)] { return not_allowed(allowed); }));
  methods.insert(open_methods.begin(), open_methods.end());
  for (AccountRoute& route : unknown_paths(methods)) keyed.push_back(std::move(route));
  for (const auto& [pattern, known] : methods)
    open_routes.push_back(
        open_route(Method::options, pattern, [allowed = names_of(known)] { return methods_of(allowed); }));

  std::vector<Door> all;
  for (Door& door : with_key(context.keys, with_rate_windows(limits, std::move(keyed))))
    all.emplace_back(door.access, in_frame(std::move(door.route), Key::needed));
  for (net::Route& route : open_routes)
    all.emplace_back(Access::everybody, in_frame(std::move(route), Key::not_needed));
  return all;
}

}  // namespace pilotlight::api::rest_v2

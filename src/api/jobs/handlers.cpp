#include "api/jobs/handlers.hpp"

#include "api/jobs/changes.hpp"
#include "api/jobs/metrics.hpp"
#include "api/jobs/requests.hpp"
#include "api/jobs/status.hpp"
#include "api/jobs/stream.hpp"
#include "api/jobs/submit.hpp"

namespace pilotlight::api {
namespace {

using Operation = awaitable<Response> (*)(Context&, Request, Exchange&);

net::Route route(Context& context, net::Method method, std::string pattern, ByteCount body_max,
                 Operation operation) {
  return {method,
          std::move(pattern),
          body_max,
          net::Budget::client,
          net::OverLimit::refuse,
          [&context, operation](Request request, Exchange& exchange) {
            return operation(context, std::move(request), exchange);
          },
          [&context](const Request& request) { return stranger(context, request); }};
}

}  // namespace

std::vector<net::Route> job_routes(Context& context) {
  constexpr ByteCount small = 64 * 1024;
  std::vector<net::Route> routes;
  routes.push_back(route(context, net::Method::post, "/v2/{}/run", run_max, run));
  routes.push_back(route(context, net::Method::post, "/v2/{}/runsync", runsync_max, runsync));
  for (const auto method : {net::Method::get, net::Method::post})
    routes.push_back(route(context, method, "/v2/{}/status/{}", small, status));
  for (const auto method : {net::Method::get, net::Method::post})
    routes.push_back(route(context, method, "/v2/{}/status-sync/{}", small, status_sync));
  for (const auto method : {net::Method::get, net::Method::post}) {
    routes.push_back(route(context, method, "/v2/{}/stream/{}", small, stream));
    routes.back().head_requests = net::HeadRequests::refused;
  }
  routes.push_back(route(context, net::Method::post, "/v2/{}/cancel/{}", small, cancel));
  routes.push_back(route(context, net::Method::post, "/v2/{}/retry/{}", small, retry));
  routes.push_back(route(context, net::Method::post, "/v2/{}/purge-queue", small, purge));
  routes.push_back(route(context, net::Method::get, "/v2/{}/health", small, health));
  routes.push_back(route(context, net::Method::get, "/v2/{}/metrics", small, metrics));
  routes.push_back(route(context, net::Method::get, "/v2/{}/requests", small, requests));
  return routes;
}

}  // namespace pilotlight::api

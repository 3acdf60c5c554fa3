#include "api/jobs/handlers.hpp"

#include "api/jobs/batch.hpp"
#include "api/jobs/batch_changes.hpp"
#include "api/jobs/changes.hpp"
#include "api/jobs/dead_letters.hpp"
#include "api/jobs/events.hpp"
#include "api/jobs/metrics.hpp"
#include "api/jobs/requests.hpp"
#include "api/jobs/status.hpp"
#include "api/jobs/stream.hpp"
#include "api/jobs/submit.hpp"
#include "api/jobs/webhooks.hpp"
#include "api/jobs/workers.hpp"

namespace pilotlight::api {
namespace {

constexpr KeyRole for_jobs = KeyRole::jobs;

std::vector<AccountRoute> batch_routes(Context& context) {
  using net::Method;
  constexpr ByteCount small = 64 * 1024;
  const std::string all = "/v2/{}/batch", one = all + "/{}", requests = one + "/requests";
  return {
      account_route(context, for_jobs, Method::get, all, small, list_batches),
      account_route(context, for_jobs, Method::post, all, batch_body_max, create_batch),
      account_route(context, for_jobs, Method::get, one, small, read_batch),
      account_route(context, for_jobs, Method::post, one + "/finalize", small, finalize_batch),
      account_route(context, for_jobs, Method::post, one + "/cancel", small, cancel_batch),
      account_route(context, for_jobs, Method::get, requests, small, list_batch_requests),
      account_route(context, for_jobs, Method::post, requests, batch_body_max, add_to_batch),
      account_route(context, for_jobs, Method::put, requests + "/{}", batch_body_max, replace_batch_request),
      account_route(context, for_jobs, Method::delete_, requests + "/{}", small, remove_batch_request)};
}

}  // namespace

std::vector<AccountRoute> job_routes(Context& context) {
  constexpr ByteCount small = 64 * 1024;
  std::vector<AccountRoute> routes;
  routes.push_back(account_route(context, for_jobs, net::Method::post, "/v2/{}/run", run_max, run));
  routes.back().lasting = Lasting::streams;
  routes.push_back(
      account_route(context, for_jobs, net::Method::post, "/v2/{}/runsync", runsync_max, runsync));
  routes.back().lasting = Lasting::waits;
  for (const auto method : {net::Method::get, net::Method::post})
    routes.push_back(account_route(context, for_jobs, method, "/v2/{}/status/{}", small, status));
  for (const auto method : {net::Method::get, net::Method::post}) {
    routes.push_back(account_route(context, for_jobs, method, "/v2/{}/status-sync/{}", small, status_sync));
    routes.back().lasting = Lasting::waits;
  }
  for (const auto method : {net::Method::get, net::Method::post}) {
    routes.push_back(account_route(context, for_jobs, method, "/v2/{}/stream/{}", small, stream));
    routes.back().route.head_requests = net::HeadRequests::refused;
    routes.back().lasting = Lasting::waits;
  }
  routes.push_back(account_route(context, for_jobs, net::Method::post, "/v2/{}/cancel/{}", small, cancel));
  routes.push_back(account_route(context, for_jobs, net::Method::post, "/v2/{}/retry/{}", small, retry));
  routes.push_back(account_route(context, for_jobs, net::Method::post, "/v2/{}/purge-queue", small, purge));
  routes.push_back(account_route(context, for_jobs, net::Method::get, "/v2/{}/health", small, health));
  routes.push_back(
      account_route(context, for_jobs, net::Method::get, "/v2/{}/webhooks/{}", small, webhook_log));
  routes.push_back(account_route(context, for_jobs, net::Method::get, "/v2/{}/metrics", small, metrics));
  routes.push_back(account_route(context, for_jobs, net::Method::get, "/v2/{}/workers", small, workers));
  routes.push_back(account_route(context, KeyRole::all, net::Method::post, "/v2/{}/workers/restart", small,
                                 restart_workers));
  routes.push_back(account_route(context, for_jobs, net::Method::get, "/v2/{}/requests", small, requests));
  routes.push_back(
      account_route(context, for_jobs, net::Method::get, "/v2/{}/jobs/{}/events", small, job_events));
  routes.push_back(
      account_route(context, for_jobs, net::Method::get, "/v2/{}/dead-letters", small, dead_letters));
  routes.push_back(account_route(context, for_jobs, net::Method::post, "/v2/{}/dead-letters/requeue", small,
                                 requeue_dead_letters));
  for (AccountRoute& batch : batch_routes(context)) routes.push_back(std::move(batch));
  return routes;
}

}  // namespace pilotlight::api

#include "api/jobs/workers.hpp"

#include <fmt/format.h>

#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "base/assert.hpp"
#include "service/endpoints/endpoints.hpp"

namespace pilotlight::api {
namespace {

std::string_view name_of(WorkerState state) {
  switch (state) {
    case WorkerState::starting: return "STARTING";
    case WorkerState::idle: return "IDLE";
    case WorkerState::busy: return "BUSY";
    case WorkerState::draining: return "DRAINING";
    case WorkerState::stopping: return "STOPPING";
  }
  UNREACHABLE();
}

void add_time(JsonWriter& json, std::string_view name, const std::optional<Timestamp>& time) {
  time ? json.number(name, to_ms(*time)) : json.null(name);
}

/// The members of a worker as its endpoint's owner sees it.
void add_worker(JsonWriter& json, const answer::WorkerStatus& status) {
  const Worker& worker = status.worker;
  const SdkVersion& sdk = worker.sdk;
  json.text("id", worker.id.text()).text("state", name_of(worker.state));
  json.flag("byHand", worker.origin == WorkerOrigin::by_hand).number("version", worker.endpoint_version);
  json.number("createdAt", to_ms(worker.created));
  add_time(json, "startedAt", status.started);
  add_time(json, "readyAt", status.ready);
  sdk.known() ? json.text("runpodVersion", fmt::format("{}.{}.{}", sdk.major, sdk.minor, sdk.patch))
              : json.null("runpodVersion");
  json.list("jobs");
  for (const JobId& job : status.jobs) json.text_element(job.text());
  json.end();
}

}  // namespace

std::string worker_list_json(const answer::Workers& told) {
  JsonWriter json;
  json.number("version", told.version).list("workers");
  for (const answer::WorkerStatus& status : told.workers) {
    add_worker(json.open(), status);
    json.close();
  }
  json.end();
  return json.done();
}

awaitable<Response> workers(Context& context, Account, Request request, Exchange& exchange) {
  const auto read = co_await service::read_workers(context, exchange, target_of(request).endpoint);
  co_return read ? json_response(200, worker_list_json(*read)) : refused(read.error());
}

awaitable<Response> restart_workers(Context& context, Account, Request request, Exchange& exchange) {
  const std::string kill = request.parameter("kill").value_or("0");
  if (kill != "0" && kill != "1") co_return error_response(400, "kill is invalid; must be 0 or 1");
  const EndpointId endpoint = target_of(request).endpoint;
  const auto restarted = co_await service::restart_workers(context, exchange, endpoint, kill == "1");
  if (!restarted) co_return refused(restarted.error());
  JsonWriter json;
  json.number("version", restarted->saved->version);
  co_return json_response(200, json.done());
}

}  // namespace pilotlight::api

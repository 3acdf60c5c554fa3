#include "api/jobs/workers.hpp"

#include <fmt/format.h>

#include "api/json.hpp"
#include "api/responses.hpp"
#include "base/assert.hpp"

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

std::string time_json(const std::optional<Timestamp>& time) {
  return time ? std::to_string(to_ms(*time)) : "null";
}

std::string worker_json(const answer::WorkerStatus& status) {
  const Worker& worker = status.worker;
  const SdkVersion& sdk = worker.sdk;
  std::string jobs;
  for (const JobId& job : status.jobs) jobs += (jobs.empty() ? "\"" : ",\"") + job.text() + "\"";
  return fmt::format(
      "{{\"id\":\"{}\",\"state\":\"{}\",\"byHand\":{},\"version\":{},\"createdAt\":{},\"startedAt\":{},"
      "\"readyAt\":{},"
      "\"runpodVersion\":{},\"jobs\":[{}]}}",
      worker.id.text(), name_of(worker.state), worker.origin == WorkerOrigin::by_hand,
      worker.endpoint_version, to_ms(worker.created), time_json(status.started), time_json(status.ready),
      sdk.known() ? fmt::format("\"{}.{}.{}\"", sdk.major, sdk.minor, sdk.patch) : "null", jobs);
}

}  // namespace

std::string worker_list_json(const answer::Workers& told) {
  std::string list;
  for (const answer::WorkerStatus& status : told.workers)
    list += (list.empty() ? "" : ",") + worker_json(status);
  return fmt::format("{{\"version\":{},\"workers\":[{}]}}", told.version, list);
}

awaitable<Response> workers(Context& context, Account, Request request, Exchange& exchange) {
  const engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::ReadWorkers{ticket_none, target_of(request).endpoint}, {}, nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) co_return refused(*no);
  co_return json_response(200, worker_list_json(std::get<answer::Workers>(reply.answer)));
}

awaitable<Response> restart_workers(Context& context, Account, Request request, Exchange& exchange) {
  const std::string kill = request.parameter("kill").value_or("0");
  if (kill != "0" && kill != "1") co_return error_response(400, "kill is invalid; must be 0 or 1");
  const engine::Reply reply = co_await context.asker(exchange).ask(
      engine::Lane::control, command::RestartWorkers{ticket_none, target_of(request).endpoint, kill == "1"},
      {}, nullptr);
  if (const auto* no = std::get_if<answer::Refused>(&reply.answer)) co_return refused(*no);
  const auto& saved = std::get<answer::EndpointSaved>(reply.answer).saved;
  co_return json_response(200, fmt::format("{{\"version\":{}}}", saved->version));
}

}  // namespace pilotlight::api

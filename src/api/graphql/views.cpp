#include "api/graphql/views.hpp"

#include "api/graphql/faces.hpp"
#include "api/graphql/formats.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;
using face::text;
using face::text_or_null;

json::object payload_view(const PayloadRef& ref) {
  return {{"number", ref.number},
          {"bytes", ref.bytes},
          {"place", static_cast<int>(ref.place)},
          {"sum", static_cast<std::uint32_t>(ref.sum)}};
}

/// What the worker shall be doing: gone as soon as it is told to stop.
std::string_view desired_status(WorkerState state) {
  return state == WorkerState::stopping ? "EXITED" : "RUNNING";
}

json::array pods(const answer::EndpointEntry& entry, const Template* used) {
  json::array all;
  for (const answer::WorkerEntry& one : entry.workers) {
    const Worker& worker = one.worker;
    // Registered to be started by hand, and not heard of since: no live worker.
    if (worker.origin == WorkerOrigin::by_hand && worker.state == WorkerState::starting) continue;
    all.push_back({{"id", text(worker.id.view())},
                   {"name", text(entry.endpoint->name)},
                   {"desiredStatus", desired_status(worker.state)},
                   {"aiApiId", text(worker.endpoint.view())},
                   {"slsVersion", worker.endpoint_version},
                   {"templateId", text(entry.endpoint->template_id.view())},
                   {"imageName", used == nullptr ? json::value() : text(used->image)},
                   {"dockerArgs", used == nullptr ? json::value() : text(used->command)},
                   {"createdAt", to_iso8601(worker.created)}});
  }
  return all;
}

}  // namespace

json::value template_view(const Template& t) {
  json::object view{{"id", text(t.id.view())},
                    {"userId", account_id},
                    {"env_payload", payload_view(t.env)},
                    {"isRunpod", false},
                    {"boundEndpointId", text_or_null(t.bound_endpoint.view())}};
  show_fields(t, view);
  return view;
}

json::value endpoint_view(const answer::EndpointEntry& entry, const Template* used) {
  const Endpoint& e = *entry.endpoint;
  json::object view{{"id", text(e.id.view())},
                    {"userId", account_id},
                    {"computeType", e.instance_ids.empty() ? "GPU" : "CPU"},
                    {"env_payload", payload_view(e.env)},
                    {"version", e.version},
                    {"createdAt", to_iso8601(e.created)},
                    {"pods", pods(entry, used)}};
  show_fields(e, view);
  return view;
}

PayloadRef env_reference(const json::value& view) {
  const json::value& ref = view.at("env_payload");
  PayloadRef env{ref.at("number").to_number<RowNumber>(), ref.at("bytes").to_number<std::uint32_t>(),
                 static_cast<PayloadPlace>(ref.at("place").to_number<int>())};
  env.sum = ref.at("sum").to_number<std::uint32_t>();
  return env;
}

}  // namespace pilotlight::api

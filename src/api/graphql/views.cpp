#include "api/graphql/views.hpp"

#include <algorithm>

namespace pilotlight::api {
namespace {

namespace json = boost::json;

json::value text(std::string_view value) {
  return json::string(value);
}

json::value text_or_null(std::string_view value) {
  return value.empty() ? json::value(nullptr) : text(value);
}

/// What is stored as JSON of any shape; null if there is nothing that can be read.
json::value stored_json(std::string_view stored) {
  boost::system::error_code error;
  json::parse_options options;
  options.max_depth = stored.size();
  json::value value = json::parse(stored, error, {}, options);
  return error ? json::value() : value;
}

json::array texts(const std::vector<std::string>& values) {
  json::array all;
  for (const std::string& value : values) all.push_back(text(value));
  return all;
}

json::object payload_view(const PayloadRef& ref) {
  return {{"number", ref.number},
          {"bytes", ref.bytes},
          {"place", static_cast<int>(ref.place)},
          {"sum", static_cast<std::uint32_t>(ref.sum)}};
}

std::string_view name_of(FlashBoot value) {
  switch (value) {
    case FlashBoot::off: return "OFF";
    case FlashBoot::on: return "FLASHBOOT";
    case FlashBoot::priority: return "PRIORITY_FLASHBOOT";
  }
  return {};
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

json::array volumes(const Endpoint& endpoint) {
  json::array all;
  for (const std::string& id : endpoint.network_volume_ids)
    all.push_back({{"networkVolumeId", text(id)}, {"dataCenterId", nullptr}});
  return all;
}

void add_scaling(json::object& view, const Endpoint& e) {
  view["idleTimeout"] = std::chrono::duration_cast<seconds>(e.idle_timeout).count();
  view["scalerType"] = e.scaler_type == ScalerType::queue_delay ? "QUEUE_DELAY" : "REQUEST_COUNT";
  view["scalerValue"] = std::max<std::int64_t>(1, e.scaler_value_milli / 1000);
  view["workersMin"] = e.workers_min;
  view["workersMax"] = e.workers_max;
  view["workersStandby"] = e.workers_standby;
  view["workersPFBTarget"] = e.workers_pfb_target;
  view["executionTimeoutMs"] =
      e.execution_timeout ? json::value(e.execution_timeout->count()) : json::value();
}

void add_queue(json::object& view, const QueueSettings& queue) {
  view["retriesMax"] = queue.retries_max ? json::value(*queue.retries_max) : json::value();
  view["retryFailed"] = queue.retry_failed;
  view["retryDelayMs"] = queue.retry_delay.count();
  view["retryDelayMaxMs"] = queue.retry_delay_max.count();
  view["deadLetterKeepMs"] = queue.dead_letter_keep.count();
  view["queueMax"] = queue.queue_max;
}

void add_placement(json::object& view, const Endpoint& e) {
  view["computeType"] = e.instance_ids.empty() ? "GPU" : "CPU";
  view["gpuIds"] = text(e.gpu_ids);
  view["gpuCount"] = e.gpu_count;
  view["instanceIds"] = texts(e.instance_ids);
  view["locations"] = text(e.locations);
  view["dataCenterIds"] = texts(e.data_center_ids);
  view["networkVolumeId"] = text_or_null(e.network_volume_id);
  view["networkVolumeIds"] = volumes(e);
  view["allowedCudaVersions"] = text(e.allowed_cuda_versions);
  view["minCudaVersion"] = text_or_null(e.min_cuda_version);
  view["modelReferences"] = texts(e.model_references);
  view["compliance"] = texts(e.compliance);
}

}  // namespace

json::value template_view(const Template& t) {
  return {{"id", text(t.id.view())},
          {"name", text(t.name)},
          {"userId", account_id},
          {"imageName", text(t.image)},
          {"dockerArgs", text(t.command)},
          {"env_payload", payload_view(t.env)},
          {"ports", text(t.ports)},
          {"containerDiskInGb", t.container_disk_gb},
          {"volumeInGb", t.volume_gb},
          {"volumeMountPath", text(t.volume_mount_path)},
          {"containerRegistryAuthId", text_or_null(t.container_registry_auth_id)},
          {"readme", text(t.readme)},
          {"startScript", text(t.start_script)},
          {"startSsh", t.start_ssh},
          {"startJupyter", t.start_jupyter},
          {"isPublic", t.is_public},
          {"isRunpod", false},
          {"isServerless", t.is_serverless},
          {"advancedStart", t.advanced_start},
          {"category", text_or_null(t.category)},
          {"config", stored_json(t.config_json)},
          {"boundEndpointId", text_or_null(t.bound_endpoint.view())}};
}

json::value endpoint_view(const answer::EndpointEntry& entry, const Template* used) {
  const Endpoint& e = *entry.endpoint;
  json::object view{{"id", text(e.id.view())},
                    {"name", text(e.name)},
                    {"userId", account_id},
                    {"templateId", text(e.template_id.view())},
                    {"type", e.kind == EndpointKind::queue ? "QB" : "LB"},
                    {"flashBootType", name_of(e.flash_boot)},
                    {"env_payload", payload_view(e.env)},
                    {"version", e.version},
                    {"createdAt", to_iso8601(e.created)},
                    {"pods", pods(entry, used)}};
  add_placement(view, e);
  add_scaling(view, e);
  add_queue(view, e.queue);
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

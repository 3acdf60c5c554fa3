#include "api/rest_v2/serverless/view.hpp"

#include <fmt/format.h>

#include "api/json_writer.hpp"
#include "api/rest_v2/container.hpp"
#include "api/rest_v2/serverless/shown.hpp"

namespace pilotlight::api::rest_v2::serverless {
namespace {

void add_texts(JsonWriter& json, std::string_view name, const std::vector<std::string>& texts) {
  json.list(name);
  for (const std::string& text : texts) json.text_element(text);
  json.end();
}

/// The doors of the endpoint's jobs; {job_id} stands for the id of a job.
void add_request_urls(JsonWriter& json, const EndpointId& id, std::string_view url) {
  const std::string base = fmt::format("{}/v2/{}/", url, id.view());
  json.open("requestUrls").text("run", base + "run").text("runSync", base + "runsync");
  for (const std::string_view verb : {"status", "stream", "cancel", "retry"})
    json.text(verb, fmt::format("{}{}/{{job_id}}", base, verb));
  json.text("purgeQueue", base + "purge-queue").text("health", base + "health").close();
}

/// Either gpu or cpu. The member gpu is null where the stored texts name no hardware that can be shown.
void add_hardware(JsonWriter& json, const Endpoint& endpoint) {
  const auto cpus = shown_cpus(endpoint);
  if (!cpus.empty()) {
    json.list("cpu");
    for (const ShownCpu& cpu : cpus)
      json.open()
          .text("id", cpu.flavor)
          .number("vcpuCount", cpu.vcpus)
          .number("memory", cpu.memory_gb)
          .close();
    json.end();
    return;
  }
  const auto gpu = shown_gpu(endpoint);
  if (!gpu) return static_cast<void>(json.null("gpu"));
  json.open("gpu");
  add_texts(json, "pools", gpu->pools);
  add_texts(json, "excludedTypes", gpu->excluded_types);
  json.number("count", gpu->count);
  add_texts(json, "allowedCudaVersions", gpu->cuda_versions);
  gpu->least_cuda.empty() ? json.null("minCudaVersion") : json.text("minCudaVersion", gpu->least_cuda);
  json.close();
}

/// Thousandths as a decimal number without needless digits: 500 is 0.5.
std::string in_units(std::int64_t milli) {
  std::string text = fmt::format("{}.{:03}", milli / 1'000, milli % 1'000);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

void add_scaling(JsonWriter& json, const Endpoint& endpoint) {
  json.open("workers").number("min", endpoint.workers_min).number("max", endpoint.workers_max);
  if (const auto idle = shown_idle_timeout(endpoint)) json.number("idleTimeout", *idle);
  json.close().open("scaling").text("type", scaler_name(endpoint.scaler_type));
  switch (endpoint.scaler_type) {
    case ScalerType::queue_delay: json.raw("queueDelay", in_units(shown_queue_delay_milli(endpoint))); break;
    case ScalerType::request_count: json.number("requestCount", shown_request_count(endpoint)); break;
  }
  json.close();
}

}  // namespace

std::string endpoint_view(const Seen& seen, std::string_view url) {
  const Endpoint& endpoint = seen.endpoint;
  static const Template none;
  const bool is_queue = endpoint.kind == EndpointKind::queue;
  JsonWriter json;
  json.text("id", endpoint.id.view()).text("name", endpoint.name);
  json.text("type", is_queue ? "QUEUE" : "LOAD_BALANCER");
  if (is_queue) add_request_urls(json, endpoint.id, url);
  add_container(json, seen.used == nullptr ? none : *seen.used, seen.variables);
  add_hardware(json, endpoint);
  add_scaling(json, endpoint);
  add_texts(json, "dataCenterIds", shown_data_centers(endpoint));
  add_texts(json, "networkVolumes", shown_volumes(endpoint));
  json.number("timeout", shown_timeout(endpoint)).text("flashboot", flashboot_name(endpoint.flash_boot));
  return json.text("createdAt", to_iso8601(endpoint.created)).done();
}

}  // namespace pilotlight::api::rest_v2::serverless

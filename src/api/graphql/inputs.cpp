#include "api/graphql/inputs.hpp"

#include "api/graphql/input_fields.hpp"
#include "api/json.hpp"
#include "service/workers/environment.hpp"

namespace pilotlight::api {
namespace {

namespace json = boost::json;

/// Clients send "" where they mean that there is none.
bool creates(const json::object& input) {
  return text_of(input, "id").empty();
}

template <class Command>
std::optional<Error> read_env(const json::object& input, Asked<Command>& asked) {
  const json::value* env = input.if_contains("env");
  if (env == nullptr) return std::nullopt;
  asked.has_env = true;
  json::array kept;
  if (env->is_array())
    for (const json::value& entry : env->get_array())
      if (entry.is_object()) kept.push_back(entry);
  if (!kept.empty()) asked.env = make_body(json::serialize(kept));
  const auto init_timeout = service::init_timeout_in(service::environment_from_json(asked.env));
  if (!init_timeout) return init_timeout.error();
  asked.command.patch.init_timeout = *init_timeout;
  return std::nullopt;
}

std::optional<Error> read_scaler(const InputFields& fields, EndpointPatch& patch) {
  const json::value* type = fields.find("scalerType");
  if (type != nullptr && type->is_string()) {
    const std::string_view text = type->get_string();
    if (text != "QUEUE_DELAY" && text != "REQUEST_COUNT")
      return refusal(Errc::invalid, "scalerType must be QUEUE_DELAY or REQUEST_COUNT");
    patch.scaler_type = text == "QUEUE_DELAY" ? ScalerType::queue_delay : ScalerType::request_count;
  } else if (type != nullptr) {
    patch.scaler_type = Endpoint().scaler_type;
  }
  fields.number("scalerValue", patch.scaler_value_milli, Endpoint().scaler_value_milli / 1000);
  if (patch.scaler_value_milli) *patch.scaler_value_milli *= 1000;
  return std::nullopt;
}

std::optional<Error> read_kind(const InputFields& fields, EndpointPatch& patch) {
  const json::value* type = fields.find("type");
  if (type == nullptr) return std::nullopt;
  patch.kind = EndpointKind::queue;
  if (!type->is_string() || type->get_string() == "QB") return std::nullopt;
  if (type->get_string() == "LB")
    return refusal(Errc::invalid, "load-balancing endpoints (type LB) are not supported; use QB");
  return refusal(Errc::invalid, "type must be QB");
}

void read_flash_boot(const InputFields& fields, EndpointPatch& patch) {
  const json::value* type = fields.find("flashBootType");
  if (type == nullptr) return;
  patch.flash_boot = FlashBoot::off;
  if (!type->is_string()) return;
  if (type->get_string() == "FLASHBOOT") patch.flash_boot = FlashBoot::on;
  if (type->get_string() == "PRIORITY_FLASHBOOT") patch.flash_boot = FlashBoot::priority;
}

void read_placement(const InputFields& fields, EndpointPatch& patch) {
  fields.text("gpuIds", patch.gpu_ids);
  fields.number("gpuCount", patch.gpu_count, Endpoint().gpu_count);
  fields.texts("instanceIds", patch.instance_ids);
  fields.text("locations", patch.locations);
  fields.texts("dataCenterIds", patch.data_center_ids);
  fields.text("allowedCudaVersions", patch.allowed_cuda_versions);
  fields.text("minCudaVersion", patch.min_cuda_version);
  fields.texts("modelReferences", patch.model_references);
  fields.texts("compliance", patch.compliance);
  fields.text("networkVolumeId", patch.network_volume_id);
  const json::value* volumes = fields.find("networkVolumeIds");
  if (volumes == nullptr) return;
  patch.network_volume_ids.emplace();
  if (!volumes->is_array()) return;
  for (const json::value& volume : volumes->get_array())
    if (volume.is_object())
      patch.network_volume_ids->push_back(text_of(volume.get_object(), "networkVolumeId"));
}

void read_workers(const InputFields& fields, EndpointPatch& patch) {
  const Endpoint defaults;
  fields.number("workersMin", patch.workers_min, defaults.workers_min);
  fields.number("workersMax", patch.workers_max, defaults.workers_max);
  fields.number("workersStandby", patch.workers_standby, defaults.workers_standby);
  fields.number("workersPFBTarget", patch.workers_pfb_target, defaults.workers_pfb_target);
  std::optional<std::int64_t> idle;
  fields.number("idleTimeout", idle, std::chrono::duration_cast<seconds>(defaults.idle_timeout).count());
  if (idle) patch.idle_timeout = seconds{*idle};
  const json::value* timeout = fields.find("executionTimeoutMs");
  if (timeout == nullptr) return;
  patch.execution_timeout.emplace();
  if (timeout->is_int64()) *patch.execution_timeout = milliseconds{timeout->get_int64()};
}

void read_queue(const InputFields& fields, EndpointPatch& patch) {
  const auto time = [&fields](std::string_view name, std::optional<milliseconds>& into) {
    std::optional<std::int64_t> ms;
    fields.number(name, ms, 0);
    if (ms) into = milliseconds{*ms};
  };
  if (const json::value* retries = fields.find("retriesMax")) {
    patch.retries_max.emplace();
    if (retries->is_int64()) *patch.retries_max = retries->get_int64();
  }
  fields.flag("retryFailed", patch.retry_failed, false);
  time("retryDelayMs", patch.retry_delay);
  time("retryDelayMaxMs", patch.retry_delay_max);
  time("deadLetterKeepMs", patch.dead_letter_keep);
  fields.number("queueMax", patch.queue_max, 0);
}

/// What a new endpoint must name, and an update may not take away.
std::optional<Error> missing(const command::SaveEndpoint& save) {
  const EndpointPatch& patch = save.patch;
  const bool no_gpu =
      save.create ? patch.gpu_ids.value_or("").empty() : patch.gpu_ids && patch.gpu_ids->empty();
  if (no_gpu && (!patch.instance_ids || patch.instance_ids->empty()))
    return refusal(Errc::invalid,
                   "gpuIds must not be empty, such as \"AMPERE_16\" (or give instanceIds for CPU workers)");
  if (save.create && (!patch.template_id || patch.template_id->empty()))
    return refusal(Errc::invalid, "templateId is required; make a template with saveTemplate first");
  return std::nullopt;
}

}  // namespace

Result<Asked<command::SaveEndpoint>> endpoint_from_input(const json::object& input) {
  Asked<command::SaveEndpoint> asked;
  asked.command.create = creates(input);
  if (!asked.command.create) {
    const auto id = EndpointId::parse(text_of(input, "id"));
    if (!id) return refusal(Errc::not_found, "Endpoint not found");
    asked.command.id = *id;
  }
  const InputFields fields(input);
  EndpointPatch& patch = asked.command.patch;
  fields.text("name", patch.name);
  if (const json::value* used = fields.find("templateId"); used != nullptr && used->is_string()) {
    const auto id = TemplateId::parse(used->get_string());
    if (!id && !used->get_string().empty()) return refusal(Errc::invalid, "Unable to find template");
    patch.template_id = id;
  }
  if (auto problem = read_kind(fields, patch)) return *problem;
  if (auto problem = read_scaler(fields, patch)) return *problem;
  read_flash_boot(fields, patch);
  read_placement(fields, patch);
  read_workers(fields, patch);
  read_queue(fields, patch);
  if (auto problem = read_env(input, asked)) return *problem;
  if (auto problem = missing(asked.command)) return *problem;
  return asked;
}

Result<Asked<command::SaveTemplate>> template_from_input(const json::object& input) {
  Asked<command::SaveTemplate> asked;
  asked.command.create = creates(input);
  if (!asked.command.create) {
    const auto id = TemplateId::parse(text_of(input, "id"));
    if (!id) return refusal(Errc::not_found, "Template not found");
    asked.command.id = *id;
  }
  const Template defaults;
  const InputFields fields(input);
  TemplatePatch& patch = asked.command.patch;
  fields.text("name", patch.name);
  fields.text("imageName", patch.image);
  fields.text("dockerArgs", patch.command);
  fields.text("ports", patch.ports);
  fields.number("containerDiskInGb", patch.container_disk_gb, defaults.container_disk_gb);
  fields.number("volumeInGb", patch.volume_gb, defaults.volume_gb);
  fields.text("volumeMountPath", patch.volume_mount_path);
  fields.text("containerRegistryAuthId", patch.container_registry_auth_id);
  fields.text("readme", patch.readme);
  fields.text("startScript", patch.start_script);
  fields.text("category", patch.category);
  fields.flag("startSsh", patch.start_ssh, defaults.start_ssh);
  fields.flag("startJupyter", patch.start_jupyter, defaults.start_jupyter);
  fields.flag("isPublic", patch.is_public, defaults.is_public);
  fields.flag("isServerless", patch.is_serverless, defaults.is_serverless);
  fields.flag("advancedStart", patch.advanced_start, defaults.advanced_start);
  if (const json::value* config = fields.find("config"))
    patch.config_json = config->is_null() ? std::string() : json_of(*config);
  if (auto problem = read_env(input, asked)) return *problem;
  return asked;
}

}  // namespace pilotlight::api

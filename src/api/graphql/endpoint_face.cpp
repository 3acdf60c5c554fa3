#include "api/graphql/face.hpp"
#include "api/graphql/inputs.hpp"
#include "domain/definitions/endpoint_fields.hpp"

namespace pilotlight::api {
namespace face {
namespace {

namespace json = boost::json;

/// Null and the empty text leave it as it is.
struct IdOfTemplate {
  static std::optional<Error> read(const json::value& given, const TemplateId&,
                                   std::optional<TemplateId>& into) {
    if (!given.is_string()) return std::nullopt;
    into = TemplateId::parse(given.get_string());
    if (!into && !given.get_string().empty()) return refusal(Errc::invalid, "Unable to find template");
    return std::nullopt;
  }
  static json::value write(const TemplateId& value) { return text(value.view()); }
};

struct KindOfEndpoint {
  static std::optional<Error> read(const json::value& given, EndpointKind null_means,
                                   std::optional<EndpointKind>& into) {
    into = null_means;
    if (!given.is_string() || given.get_string() == "QB") return std::nullopt;
    if (given.get_string() == "LB")
      return refusal(Errc::invalid, "load-balancing endpoints (type LB) are not supported; use QB");
    return refusal(Errc::invalid, "type must be QB");
  }
  static json::value write(EndpointKind value) { return value == EndpointKind::queue ? "QB" : "LB"; }
};

struct KindOfScaler {
  static std::optional<Error> read(const json::value& given, ScalerType null_means,
                                   std::optional<ScalerType>& into) {
    into = null_means;
    if (!given.is_string()) return std::nullopt;
    const std::string_view text = given.get_string();
    if (text != "QUEUE_DELAY" && text != "REQUEST_COUNT")
      return refusal(Errc::invalid, "scalerType must be QUEUE_DELAY or REQUEST_COUNT");
    into = text == "QUEUE_DELAY" ? ScalerType::queue_delay : ScalerType::request_count;
    return std::nullopt;
  }
  static json::value write(ScalerType value) {
    return value == ScalerType::queue_delay ? "QUEUE_DELAY" : "REQUEST_COUNT";
  }
};

struct KindOfFlashBoot {
  static std::optional<Error> read(const json::value& given, FlashBoot null_means,
                                   std::optional<FlashBoot>& into) {
    into = null_means;
    if (!given.is_string()) return std::nullopt;
    for (const FlashBoot one : {FlashBoot::off, FlashBoot::on, FlashBoot::priority})
      if (given.get_string() == name_of(one)) into = one;
    return std::nullopt;
  }
  static json::value write(FlashBoot value) { return text(name_of(value)); }

 private:
  static std::string_view name_of(FlashBoot value) {
    switch (value) {
      case FlashBoot::off: return "OFF";
      case FlashBoot::on: return "FLASHBOOT";
      case FlashBoot::priority: return "PRIORITY_FLASHBOOT";
    }
    return {};
  }
};

/// Ids of volumes as a list of objects.
struct Volumes {
  using Ids = std::vector<std::string>;
  static std::optional<Error> read(const json::value& given, const Ids&, std::optional<Ids>& into) {
    into.emplace();
    if (!given.is_array()) return std::nullopt;
    for (const json::value& volume : given.get_array())
      if (volume.is_object()) into->push_back(text_of(volume.get_object(), "networkVolumeId"));
    return std::nullopt;
  }
  static json::value write(const Ids& ids) {
    json::array all;
    for (const std::string& id : ids)
      all.push_back({{"networkVolumeId", text(id)}, {"dataCenterId", nullptr}});
    return all;
  }
};

using P = EndpointPatch;

constexpr std::tuple endpoint_face{
    shown<&P::name>("name"),
    shown<&P::template_id, IdOfTemplate>("templateId"),
    shown<&P::kind, KindOfEndpoint>("type"),
    shown<&P::gpu_ids>("gpuIds"),
    shown<&P::gpu_count>("gpuCount"),
    shown<&P::instance_ids>("instanceIds"),
    shown<&P::idle_timeout, InSeconds>("idleTimeout"),
    shown<&P::scaler_type, KindOfScaler>("scalerType"),
    shown<&P::scaler_value_milli, InThousandths>("scalerValue"),
    shown<&P::workers_min>("workersMin"),
    shown<&P::workers_max>("workersMax"),
    shown<&P::workers_standby>("workersStandby"),
    shown<&P::workers_pfb_target>("workersPFBTarget"),
    shown<&P::execution_timeout>("executionTimeoutMs"),
    shown<&P::locations>("locations"),
    shown<&P::data_center_ids>("dataCenterIds"),
    shown<&P::network_volume_id, NullIfEmpty>("networkVolumeId"),
    shown<&P::network_volume_ids, Volumes>("networkVolumeIds"),
    shown<&P::allowed_cuda_versions>("allowedCudaVersions"),
    shown<&P::min_cuda_version, NullIfEmpty>("minCudaVersion"),
    shown<&P::flash_boot, KindOfFlashBoot>("flashBootType"),
    shown<&P::model_references>("modelReferences"),
    shown<&P::compliance>("compliance"),
    shown<&P::retries_max>("retriesMax"),
    shown<&P::retry_failed>("retryFailed"),
    shown<&P::retry_delay>("retryDelayMs"),
    shown<&P::retry_delay_max>("retryDelayMaxMs"),
    shown<&P::dead_letter_keep>("deadLetterKeepMs"),
    shown<&P::queue_max>("queueMax"),
    shown<&P::ttl>("requestTTL"),
    shown<&P::flash_environment_id, NullIfEmpty>("flashEnvironmentId"),
};

}  // namespace
}  // namespace face

std::optional<Error> read_fields(const boost::json::object& input, EndpointPatch& patch) {
  return face::read_by<endpoint_fields, Endpoint>(face::endpoint_face, input, patch);
}

std::vector<ShownField<Endpoint>> shown_endpoint_fields() {
  return face::fields_of<endpoint_fields, Endpoint>(face::endpoint_face);
}

}  // namespace pilotlight::api

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "domain/accounts/account.hpp"
#include "domain/ids.hpp"
#include "domain/payload.hpp"

namespace pilotlight {

enum class EndpointKind : std::uint8_t { queue = 0, load_balancer = 1 };
enum class FlashBoot : std::uint8_t { off = 0, on = 1, priority = 2 };
enum class ScalerType : std::uint8_t { queue_delay = 0, request_count = 1 };

/// What an endpoint may say about its queue beyond the public API; all zeros: as that has it.
struct QueueSettings {
  std::optional<std::int64_t> retries_max;  ///< deliveries after the first; nullopt: the server's
  bool retry_failed = false;                ///< an error of the handler is retried, too
  milliseconds retry_delay{0};              ///< before the first retry; twice as long each time
  milliseconds retry_delay_max{0};          ///< 0: an hour
  milliseconds dead_letter_keep{0};         ///< jobs that failed or timed out are kept so long, if not longer
  std::int64_t queue_max = 0;               ///< jobs that wait; 0: the server's bound

  friend bool operator==(const QueueSettings&, const QueueSettings&) = default;
};

/// A named queue with its scaling settings and its template. Field meanings follow Endpoint of the public API
/// (docs/protocol.md 11.2).
struct Endpoint {
  EndpointId id;
  std::string name;  ///< kept verbatim, a trailing "-fb" included
  TemplateId template_id;
  EndpointKind kind = EndpointKind::queue;
  std::string gpu_ids;  ///< as given: pools and "-type" exclusions, comma separated
  std::int64_t gpu_count = 1;
  std::vector<std::string> instance_ids;  ///< CPU flavours; not empty makes it a CPU endpoint
  std::int64_t workers_min = 0;
  std::int64_t workers_max = 3;
  std::int64_t workers_standby = 0;
  std::int64_t workers_pfb_target = 0;
  milliseconds idle_timeout{10'000};
  ScalerType scaler_type = ScalerType::queue_delay;
  /// Thousandths: seconds under queue_delay (REST v2 allows 0.5), jobs per worker under request_count. At
  /// least 1.
  std::int64_t scaler_value_milli = 4'000;
  /// nullopt: the built-in default; 0: no limit.
  std::optional<milliseconds> execution_timeout;
  std::string locations;  ///< as given; empty: anywhere
  std::vector<std::string> data_center_ids;
  std::string network_volume_id;  ///< empty: none
  std::vector<std::string> network_volume_ids;
  std::string allowed_cuda_versions;
  std::string min_cuda_version;
  FlashBoot flash_boot = FlashBoot::off;
  PayloadRef env;  ///< as Template::env
  std::vector<std::string> model_references;
  std::vector<std::string> compliance;
  std::int64_t version = 0;  ///< grows with every change that needs new workers
  Timestamp created{};
  QueueSettings queue;
  std::optional<milliseconds> init_timeout;  ///< as Template::init_timeout; wins over it
  /// A worker started by hand has polled for jobs since SaveEndpoint last saved the endpoint, or had a poll
  /// open then.
  bool polled_by_hand = false;
  AccountId account = AccountId::first;  ///< account that made it
  /// The ttl of jobs that name none; nullopt: Limits::ttl. Jobs that are queued already keep theirs.
  std::optional<milliseconds> ttl;
  std::string flash_environment_id;  ///< kept for the Flash client, without effect; empty: none

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// A change of an endpoint: fields that are present are set, the others stay (and are defaults at creation).
struct EndpointPatch {
  std::optional<std::string> name;
  std::optional<TemplateId> template_id;
  std::optional<EndpointKind> kind;
  std::optional<std::string> gpu_ids;
  std::optional<std::int64_t> gpu_count;
  std::optional<std::vector<std::string>> instance_ids;
  std::optional<std::int64_t> workers_min, workers_max, workers_standby, workers_pfb_target;
  std::optional<milliseconds> idle_timeout;
  std::optional<ScalerType> scaler_type;
  std::optional<std::int64_t> scaler_value_milli;
  /// Present and empty: back to the built-in default.
  std::optional<std::optional<milliseconds>> execution_timeout;
  std::optional<std::string> locations;
  std::optional<std::vector<std::string>> data_center_ids;
  std::optional<std::string> network_volume_id;
  std::optional<std::vector<std::string>> network_volume_ids;
  std::optional<std::string> allowed_cuda_versions, min_cuda_version;
  std::optional<FlashBoot> flash_boot;
  std::optional<PayloadRef> env;
  std::optional<std::vector<std::string>> model_references, compliance;
  /// Present and empty: back to the server's.
  std::optional<std::optional<std::int64_t>> retries_max;
  std::optional<bool> retry_failed;
  std::optional<milliseconds> retry_delay, retry_delay_max, dead_letter_keep;
  std::optional<std::int64_t> queue_max;
  std::optional<std::optional<milliseconds>> init_timeout;  ///< present where `env` is
  /// Present and empty: back to the server's.
  std::optional<std::optional<milliseconds>> ttl;
  std::optional<std::string> flash_environment_id;
};

/// The scaler value as a whole number, for interfaces that show it without thousandths: rounded, at least 1.
constexpr std::int64_t whole_scaler_value(std::int64_t milli) {
  return milli < 1'500 ? 1 : (milli + 500) / 1'000;
}

// Their bytes are those of their fields, in the order of domain/definitions/endpoint_fields.hpp.
template <>
struct CustomCodec<Endpoint> {
  static void put(Encoder& out, const Endpoint& value);
  static bool get(Decoder& in, Endpoint& value);
};
template <>
struct CustomCodec<EndpointPatch> {
  static void put(Encoder& out, const EndpointPatch& patch);
  static bool get(Decoder& in, EndpointPatch& patch);
};

}  // namespace pilotlight

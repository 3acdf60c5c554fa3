#include "core/validation.hpp"

#include <initializer_list>
#include <utility>

namespace pilotlight::core {
namespace {

constexpr std::size_t name_max = 191;
constexpr std::size_t text_max = 64 * 1024;
constexpr std::int64_t workers_limit = 10'000;

std::optional<std::string> too_long(std::initializer_list<const std::string*> texts) {
  for (const std::string* text : texts)
    if (text->size() > text_max) return "a text of more than 65536 bytes is not accepted; shorten it";
  return std::nullopt;
}

std::optional<std::string> invalid(const QueueSettings& q) {
  constexpr milliseconds day{86'400'000}, most_kept{24 * day};
  if (q.retries_max && (*q.retries_max < 0 || *q.retries_max > 100))
    return "retriesMax must be between 0 and 100";
  for (const auto& [name, value] :
       {std::pair("retryDelayMs", q.retry_delay), std::pair("retryDelayMaxMs", q.retry_delay_max)})
    if (value < milliseconds{0} || value > day) return std::string(name) + " must be between 0 and 86400000";
  if (q.dead_letter_keep < milliseconds{0} || q.dead_letter_keep > most_kept)
    return "deadLetterKeepMs must be between 0 and 2073600000 (24 days)";
  if (q.queue_max < 0) return "queueMax must not be negative";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> invalid(const Template& t) {
  if (t.name.empty()) return "name must not be empty";
  if (t.name.size() > name_max) return "name must not have more than 191 characters";
  if (t.container_disk_gb < 0 || t.volume_gb < 0)
    return "containerDiskInGb and volumeInGb must not be negative";
  return too_long({&t.image, &t.command, &t.ports, &t.volume_mount_path, &t.readme, &t.start_script,
                   &t.config_json, &t.container_registry_auth_id, &t.category});
}

std::optional<std::string> invalid(const Endpoint& e) {
  if (e.name.size() < 3) return "name must have at least 3 characters";
  if (e.name.size() > name_max) return "name must not have more than 191 characters";
  if (e.workers_min < 0 || e.workers_max < 0) return "workersMin and workersMax must not be negative";
  if (e.workers_max > workers_limit) return "workersMax must not be more than 10000";
  if (e.workers_min > e.workers_max) return "workersMin must not be more than workersMax";
  if (e.gpu_count < 1 || e.gpu_count > 1024) return "gpuCount must be between 1 and 1024";
  if (e.idle_timeout < seconds{1} || e.idle_timeout > seconds{3600})
    return "idleTimeout must be between 1 and 3600 seconds";
  const std::int64_t least = e.scaler_type == ScalerType::queue_delay ? 500 : 1000;
  if (e.scaler_value_milli < least || e.scaler_value_milli > 1'000'000'000)
    return "scalerValue must be at least 1 and at most 1000000";
  const milliseconds timeout = e.execution_timeout.value_or(milliseconds{0});
  if (timeout != milliseconds{0} && (timeout < seconds{5} || timeout > std::chrono::hours{24 * 7}))
    return "executionTimeoutMs must be 0 (no limit) or between 5000 and 604800000";
  if (auto problem = invalid(e.queue)) return problem;
  return too_long(
      {&e.gpu_ids, &e.locations, &e.network_volume_id, &e.allowed_cuda_versions, &e.min_cuda_version});
}

}  // namespace pilotlight::core

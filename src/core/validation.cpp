#include "core/validation.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/gpu_ids.hpp"
#include "domain/definitions/breach.hpp"

namespace pilotlight::core {
namespace {

/// The words for a breach of one field, on any side unless one is given.
struct Words {
  std::string_view field;  ///< its name in the table of fields
  std::string_view name;   ///< its name in the public API, which also starts the text
  std::optional<Side> side = std::nullopt;
  std::string_view text{};  ///< the rest of the text; empty: as the bound says
  std::string_view note{};  ///< comes after the bound
};

// If a value has several breaches, the refusal names the one whose words come first here.
constexpr Words endpoint_words[] = {
    {"name", "name"},
    {"workers_min", "workersMin and workersMax", Side::below},
    {"workers_max", "workersMin and workersMax", Side::below},
    {"workers_max", "workersMax", Side::above},
    {"workers_min", "workersMin", Side::beside, "must not be more than workersMax"},
    {"gpu_count", "gpuCount"},
    {"idle_timeout", "idleTimeout", {}, "must be between 1 and 3600 seconds"},
    {"scaler_value_milli", "scalerValue", {}, "must be at least 1 and at most 1000000"},
    {"execution_timeout", "executionTimeoutMs", {}, "must be 0 (no limit) or between 5000 and 604800000"},
    {"ttl", "requestTTL"},
    {"retries_max", "retriesMax"},
    {"retry_delay", "retryDelayMs"},
    {"retry_delay_max", "retryDelayMaxMs"},
    {"dead_letter_keep", "deadLetterKeepMs", {}, {}, " (24 days)"},
    {"queue_max", "queueMax"},
};

constexpr Words template_words[] = {
    {"name", "name"},
    {"container_disk_gb", "containerDiskInGb and volumeInGb"},
    {"volume_gb", "containerDiskInGb and volumeInGb"},
};

constexpr Words volume_words[] = {
    {"name", "name"},
    {"size_gb", "size"},
    {"data_center_id", "dataCenterId"},
};

std::string length_rule(const Breach& breach) {
  const Bound& bound = breach.bound;
  if (breach.side == Side::above) return "must not have more than " + std::to_string(bound.most) + " bytes";
  return bound.least == 1 ? "must not be empty"
                          : "must have at least " + std::to_string(bound.least) + " characters";
}

/// `one_sided`: only the end of the bound that is broken.
std::string rule(const Breach& breach, bool one_sided) {
  const Bound& bound = breach.bound;
  if (bound.is_length) return length_rule(breach);
  if (!one_sided && !bound.open_above())
    return "must be between " + std::to_string(bound.least) + " and " + std::to_string(bound.most);
  if (breach.side == Side::above) return "must not be more than " + std::to_string(bound.most);
  return bound.least == 0 ? "must not be negative" : "must be at least " + std::to_string(bound.least);
}

std::string worded(const Breach& breach, const Words& words) {
  std::string text = std::string(words.name) + " ";
  text += words.text.empty() ? rule(breach, words.side.has_value()) : words.text;
  return text.append(words.note);
}

/// For a field without words of its own.
std::string worded(const Breach& breach) {
  if (breach.bound.is_length && breach.side == Side::above)
    return "a text of more than " + std::to_string(breach.bound.most) + " bytes is not accepted; shorten it";
  return worded(breach, {breach.field, breach.field});
}

std::optional<std::string> first_worded(const std::vector<Breach>& found, std::span<const Words> all) {
  for (const Words& words : all)
    for (const Breach& breach : found)
      if (breach.field == words.field && breach.side == words.side.value_or(breach.side))
        return worded(breach, words);
  return found.empty() ? std::nullopt : std::optional(worded(found.front()));
}

}  // namespace

std::optional<std::string> invalid(const Template& value) {
  return first_worded(breaches(value), template_words);
}

std::optional<std::string> invalid(const Endpoint& value) {
  return first_worded(breaches(value), endpoint_words);
}

std::optional<std::string> invalid(const NetworkVolume& value) {
  return first_worded(breaches(value), volume_words);
}

std::optional<std::string> invalid_hardware(const Endpoint& before, const Endpoint& after) {
  const auto names_none = [](const Endpoint& e) { return e.gpu_ids.empty() && e.instance_ids.empty(); };
  if (names_none(after) && !names_none(before))
    return "gpuIds must not be empty; give GPU types such as \"AMPERE_16\", or instanceIds for CPU workers";
  if (after.gpu_ids == before.gpu_ids || after.gpu_ids.empty()) return std::nullopt;
  return invalid_gpu_ids(after.gpu_ids);
}

}  // namespace pilotlight::core

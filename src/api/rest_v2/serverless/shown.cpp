#include "api/rest_v2/serverless/shown.hpp"

#include <algorithm>

#include "api/numbers.hpp"
#include "api/rest_v2/container.hpp"
#include "api/rest_v2/shapes.hpp"
#include "base/assert.hpp"
#include "base/comma_list.hpp"
#include "catalog/catalog.hpp"
#include "domain/limits.hpp"

namespace pilotlight::api::rest_v2::serverless {
namespace {

constexpr std::int64_t vcpus_min = 2;
constexpr std::int64_t idle_seconds_max = 3600;
constexpr std::int64_t queue_delay_min_milli = 500;

void add_once(std::vector<std::string>& all, std::string_view text) {
  if (std::find(all.begin(), all.end(), text) == all.end()) all.emplace_back(text);
}

/// The type that a "-type" excludes; empty if it names none.
std::string_view excluded_type(std::string_view text) {
  const std::size_t begin = text.find_first_not_of("- \t\r\n");
  return begin == text.npos ? std::string_view() : text.substr(begin);
}

/// Takes "-NUMBER" off the end.
std::optional<std::int64_t> take_number(std::string_view& text) {
  const std::size_t dash = text.rfind('-');
  if (dash == text.npos) return std::nullopt;
  const auto number = number_in(text.substr(dash + 1), 1, 1'000'000);
  if (number) text.remove_suffix(text.size() - dash);
  return number;
}

/// An instance such as "cpu3g-4-16", of which a part may be missing.
ShownCpu shown_instance(std::string_view instance) {
  ShownCpu cpu;
  const std::string_view whole = instance;
  const auto memory = take_number(instance);
  const auto vcpus = memory ? take_number(instance) : std::nullopt;
  const bool is_sized = vcpus && !instance.empty();
  cpu.flavor = is_sized ? instance : whole;
  if (!is_sized) return cpu;
  cpu.vcpus = std::max(vcpus_min, *vcpus);
  cpu.memory_gb = *memory;
  return cpu;
}

/// A data center's id, or a country's code for all data centers there.
void add_location(std::vector<std::string>& all, std::string_view location) {
  bool is_country = false;
  for (const catalog::DataCenter& center : catalog::data_centers()) {
    if (center.country_code != location) continue;
    is_country = true;
    add_once(all, center.id);
  }
  if (!is_country) add_once(all, location);
}

}  // namespace

bool is_on_cpus(const Endpoint& endpoint) {
  return !endpoint.instance_ids.empty();
}

std::optional<ShownGpu> shown_gpu(const Endpoint& endpoint) {
  if (is_on_cpus(endpoint)) return std::nullopt;
  ShownGpu gpu;
  for (const std::string& entry : comma_entries(endpoint.gpu_ids)) {
    if (entry.front() != '-') gpu.pools.push_back(entry);
    const std::string_view type = entry.front() == '-' ? excluded_type(entry) : std::string_view();
    if (!type.empty()) add_once(gpu.excluded_types, type);
  }
  if (gpu.pools.empty()) return std::nullopt;
  gpu.count = std::max<std::int64_t>(1, endpoint.gpu_count);
  for (const std::string& version : comma_entries(endpoint.allowed_cuda_versions))
    if (cuda_version.fits(version)) gpu.cuda_versions.push_back(version);
  if (cuda_version.fits(endpoint.min_cuda_version)) gpu.least_cuda = endpoint.min_cuda_version;
  return gpu;
}

std::vector<ShownCpu> shown_cpus(const Endpoint& endpoint) {
  std::vector<ShownCpu> all;
  for (const std::string& instance : endpoint.instance_ids) {
    if (instance.empty()) continue;
    const ShownCpu cpu = shown_instance(instance);
    const bool known = std::any_of(all.begin(), all.end(), [&cpu](const ShownCpu& other) {
      return other.flavor == cpu.flavor && other.vcpus == cpu.vcpus;
    });
    if (!known) all.push_back(cpu);
  }
  return all;
}

std::vector<std::string> shown_data_centers(const Endpoint& endpoint) {
  std::vector<std::string> all;
  for (const std::string& id : endpoint.data_center_ids) add_once(all, id);
  if (endpoint.locations == comma_joined(endpoint.data_center_ids)) return all;
  for (const std::string& location : comma_entries(endpoint.locations)) add_location(all, location);
  return all;
}

std::vector<std::string> shown_volumes(const Endpoint& endpoint) {
  std::vector<std::string> all;
  if (!endpoint.network_volume_id.empty()) all.push_back(endpoint.network_volume_id);
  for (const std::string& id : endpoint.network_volume_ids)
    if (!id.empty()) add_once(all, id);
  return all;
}

std::optional<std::int64_t> shown_idle_timeout(const Endpoint& endpoint) {
  if (endpoint.kind == EndpointKind::queue && endpoint.scaler_type == ScalerType::request_count)
    return std::nullopt;
  const std::int64_t whole = std::chrono::round<seconds>(endpoint.idle_timeout).count();
  return std::clamp<std::int64_t>(whole, 1, idle_seconds_max);
}

std::int64_t shown_timeout(const Endpoint& endpoint) {
  return endpoint.execution_timeout.value_or(Limits{}.execution_timeout).count();
}

std::int64_t shown_queue_delay_milli(const Endpoint& endpoint) {
  return std::max(queue_delay_min_milli, endpoint.scaler_value_milli);
}

std::int64_t shown_request_count(const Endpoint& endpoint) {
  return whole_scaler_value(endpoint.scaler_value_milli);
}

std::string_view scaler_name(ScalerType type) {
  return type == ScalerType::queue_delay ? "QUEUE_DELAY" : "REQUEST_COUNT";
}

std::string_view flashboot_name(FlashBoot mode) {
  switch (mode) {
    case FlashBoot::off: return "OFF";
    case FlashBoot::on: return "FLASHBOOT";
    case FlashBoot::priority: return "PRIORITY_FLASHBOOT";
  }
  UNREACHABLE();
}

}  // namespace pilotlight::api::rest_v2::serverless

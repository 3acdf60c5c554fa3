#include "api/rest_v2/serverless/hardware.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "api/rest_v2/container.hpp"
#include "api/rest_v2/serverless/shown.hpp"
#include "base/comma_list.hpp"
#include "catalog/catalog.hpp"

namespace pilotlight::api::rest_v2::serverless {
namespace {

constexpr std::int64_t vcpus_max = 1'024;
/// Memory of a vCPU where the catalogue does not know the flavour: the least of those that it knows.
constexpr std::int64_t unknown_gb_per_vcpu = 2;

bool contains(const std::vector<std::string>& all, std::string_view text) {
  return std::find(all.begin(), all.end(), text) != all.end();
}

/// Whether the pools have a type that is not excluded. A pool that the catalogue does not know has one.
bool leaves_a_type(const std::vector<std::string>& pools, const std::vector<std::string>& excluded) {
  return std::any_of(pools.begin(), pools.end(), [&excluded](const std::string& id) {
    const catalog::GpuPool* pool = catalog::find_gpu_pool(id);
    if (pool == nullptr) return catalog::find_gpu_type(id) == nullptr || !contains(excluded, id);
    return std::any_of(pool->types.begin(), pool->types.end(),
                       [&excluded](std::string_view type) { return !contains(excluded, type); });
  });
}

std::vector<std::string> trimmed_texts(const JsonValue& list) {
  std::vector<std::string> all;
  for (std::string& text : texts_of(list)) {
    // An element that is no single entry of a stored text stays whole and is refused for it.
    auto entries = comma_entries(text);
    all.push_back(entries.size() == 1 && text.find(',') == text.npos ? entries.front() : std::move(text));
  }
  return all;
}

std::optional<Error> read_pools(const JsonValue& gpu, const std::optional<ShownGpu>& shown,
                                EndpointPatch& patch) {
  const auto given = gpu.member("pools");
  if (!given) return std::nullopt;
  const std::vector<std::string> pools = trimmed_texts(*given);
  const auto given_types = gpu.member("excludedTypes");
  const auto excluded = given_types ? trimmed_texts(*given_types) : std::vector<std::string>();
  if (shown && shown->pools == pools && shown->excluded_types == excluded) return std::nullopt;
  if (auto problem = unsound_elements(pools, "gpu.pools")) return problem;
  if (auto problem = unsound_elements(excluded, "gpu.excludedTypes")) return problem;
  for (std::size_t i = 0; i < pools.size(); ++i)
    if (pools[i].starts_with('-'))
      return refusal(
          Errc::invalid,
          fmt::format("gpu.pools[{}] must not begin with -; exclude types in gpu.excludedTypes", i));
  if (!leaves_a_type(pools, excluded))
    return refusal(Errc::invalid, "gpu.excludedTypes leaves no GPU type of gpu.pools; exclude fewer");
  std::string text = comma_joined(pools);
  for (const std::string& type : excluded) text += ",-" + type;
  patch.gpu_ids = std::move(text);
  return std::nullopt;
}

std::optional<Error> read_cuda(const JsonValue& gpu, const std::optional<ShownGpu>& shown,
                               EndpointPatch& patch) {
  std::vector<std::string> versions = shown ? shown->cuda_versions : std::vector<std::string>();
  std::string least = shown ? shown->least_cuda : std::string();
  bool changes = false;
  if (const auto given = gpu.member("allowedCudaVersions")) {
    std::vector<std::string> wanted = texts_of(*given);
    if (wanted != versions) {
      changes = true;
      patch.allowed_cuda_versions = comma_joined(wanted);
      versions = std::move(wanted);
    }
  }
  const auto given = gpu.member("minCudaVersion");
  if (given && given->text() != least) {
    changes = true;
    least = given->text();
    patch.min_cuda_version = least;
  }
  if (!changes || versions.empty() || least.empty()) return std::nullopt;
  return refusal(
      Errc::invalid,
      "gpu.allowedCudaVersions and gpu.minCudaVersion do not go together; send [] or \"\" to clear "
      "the other");
}

std::optional<Error> read_gpu(const JsonValue& gpu, const Endpoint* before, EndpointPatch& patch) {
  const auto shown = before == nullptr ? std::nullopt : shown_gpu(*before);
  if (auto problem = read_pools(gpu, shown, patch)) return problem;
  if (const auto given = gpu.member("count")) {
    const std::int64_t count = nearest_whole(given->text());
    if (!shown || shown->count != count) patch.gpu_count = count;
  }
  return read_cuda(gpu, shown, patch);
}

std::string instance_of(std::string_view flavor, std::int64_t vcpus) {
  const catalog::CpuFlavor* known = catalog::find_cpu_flavor(flavor);
  const std::int64_t gb_per_vcpu = known == nullptr ? unknown_gb_per_vcpu : known->ram_gb_per_vcpu;
  return fmt::format("{}-{}-{}", flavor, vcpus, vcpus * gb_per_vcpu);
}

/// A flavour of CPUs and the number of them.
using CpuSize = std::pair<std::string, std::int64_t>;

/// The stored instances by the size that they are shown as, in their order.
std::map<CpuSize, std::vector<std::string>> instances_by_size(const Endpoint* before) {
  std::map<CpuSize, std::vector<std::string>> all;
  if (before == nullptr) return all;
  Endpoint alone;
  for (const std::string& instance : before->instance_ids) {
    alone.instance_ids = {instance};
    for (const ShownCpu& cpu : shown_cpus(alone)) all[{cpu.flavor, cpu.vcpus}].push_back(instance);
  }
  return all;
}

std::optional<Error> read_cpus(const JsonValue& list, const Endpoint* before, EndpointPatch& patch) {
  const auto shown = before == nullptr ? std::vector<ShownCpu>() : shown_cpus(*before);
  const auto stored = instances_by_size(before);
  const auto elements = list.elements();
  std::vector<std::string> instances;
  bool same = shown.size() == elements.size();
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const std::string flavor(elements[i].member("id")->text());
    const std::int64_t vcpus = nearest_whole(elements[i].member("vcpuCount")->text());
    same = same && shown[i].flavor == flavor && shown[i].vcpus == vcpus;
    if (const auto known = stored.find({flavor, vcpus}); known != stored.end()) {
      instances.insert(instances.end(), known->second.begin(), known->second.end());
      continue;
    }
    const bool is_power = vcpus > 0 && (vcpus & (vcpus - 1)) == 0;
    if (!is_power || vcpus > vcpus_max)
      return refusal(
          Errc::invalid,
          fmt::format("cpu[{}].vcpuCount must be a power of two and not more than {}", i, vcpus_max));
    instances.push_back(instance_of(flavor, vcpus));
  }
  if (!same) patch.instance_ids = std::move(instances);
  return std::nullopt;
}

}  // namespace

std::optional<Error> read_hardware(const JsonValue& body, const Endpoint* before, EndpointPatch& patch) {
  const auto gpu = body.member("gpu"), cpu = body.member("cpu");
  if ((gpu && cpu) || (before == nullptr && !gpu && !cpu))
    return refusal(Errc::invalid, "send gpu or cpu: an endpoint has exactly one of them");
  const bool was_on_cpus = before != nullptr && is_on_cpus(*before);
  const bool was_on_gpus = before != nullptr && !was_on_cpus && !before->gpu_ids.empty();
  if ((gpu && was_on_cpus) || (cpu && was_on_gpus))
    return refusal(Errc::invalid, "an endpoint cannot change between gpu and cpu; create another endpoint");
  if (gpu) return read_gpu(*gpu, before, patch);
  return cpu ? read_cpus(*cpu, before, patch) : std::nullopt;
}

}  // namespace pilotlight::api::rest_v2::serverless

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/definitions/endpoint.hpp"

// The values of an endpoint as REST v2 shows them. A stored value that v2 cannot say is shown as the nearest
// that it can: every value here may be sent back.
namespace pilotlight::api::rest_v2::serverless {

struct ShownGpu {
  std::vector<std::string> pools;  ///< not empty; also ids of GPU types
  std::vector<std::string> excluded_types;
  std::int64_t count = 1;
  std::vector<std::string> cuda_versions;
  std::string least_cuda;  ///< empty: any
};
/// nullopt for an endpoint on CPUs, and for one that names no pool.
std::optional<ShownGpu> shown_gpu(const Endpoint& endpoint);

/// A flavour of CPUs in a size.
struct ShownCpu {
  std::string flavor;
  std::int64_t vcpus = 2;
  std::int64_t memory_gb = 1;
};
/// Empty for an endpoint on GPUs. No flavour comes twice in a size.
std::vector<ShownCpu> shown_cpus(const Endpoint& endpoint);

/// The workers of the endpoint have no GPU.
bool is_on_cpus(const Endpoint& endpoint);

/// Ids; a country's code in the stored text stands for its data centres in the catalogue. Empty: anywhere.
std::vector<std::string> shown_data_centers(const Endpoint& endpoint);
std::vector<std::string> shown_volumes(const Endpoint& endpoint);

/// Whole seconds from 1 to 3600; nullopt where v2 has none.
std::optional<std::int64_t> shown_idle_timeout(const Endpoint& endpoint);
/// Milliseconds; 0: no limit.
std::int64_t shown_timeout(const Endpoint& endpoint);
/// Seconds of the scaler QUEUE_DELAY in thousandths, at least 500.
std::int64_t shown_queue_delay_milli(const Endpoint& endpoint);
/// Jobs for each worker of the scaler REQUEST_COUNT, at least 1.
std::int64_t shown_request_count(const Endpoint& endpoint);

std::string_view scaler_name(ScalerType type);
std::string_view flashboot_name(FlashBoot mode);

}  // namespace pilotlight::api::rest_v2::serverless

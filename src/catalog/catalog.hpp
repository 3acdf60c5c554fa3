#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The catalogue: what an endpoint may ask for, in RunPod's ids. The tables say what exists, not what this
/// machine has; everything counts as available. Prices are set beside them (prices.hpp).
namespace pilotlight::catalog {

enum class Manufacturer : std::uint8_t { nvidia, amd };

struct GpuType {
  std::string_view id;    ///< product name, as nvidia-smi prints it
  std::string_view name;  ///< short name for people
  std::int64_t memory_gb = 0;
  Manufacturer manufacturer = Manufacturer::nvidia;
  bool rest_v1 = true;  ///< REST v1 takes the id
};

/// An id that REST v1 takes beside the proper id of a type.
struct GpuSpelling {
  std::string_view id;
  std::string_view type;  ///< id of the type that is meant
};

/// GPU types that serve an endpoint equally.
struct GpuPool {
  std::string_view id;
  std::span<const std::string_view> types;  ///< ids
};

struct CpuFlavor {
  std::string_view id;
  std::string_view group;  ///< generation of processors, such as "cpu3"
  std::string_view name;   ///< short name for people
  std::int64_t ram_gb_per_vcpu = 0;
  std::int64_t disk_gb_per_vcpu = 0;  ///< largest container disk
  bool serverless = true;             ///< false: for pods alone

  static constexpr std::int64_t vcpu_min = 1, vcpu_max = 32;
};

/// A processor of a generation. No endpoint asks for one.
struct CpuType {
  std::string_view id;
  std::string_view name;
  std::string_view manufacturer;
  std::int64_t cores = 0;
  std::int64_t threads_per_core = 0;
  std::string_view group;  ///< as CpuFlavor::group
};

enum class Region : std::uint8_t { north_america, europe, asia, oceania };
/// The region in RunPod's words, such as "NORTH_AMERICA".
std::string_view name_of(Region region);

struct DataCenter {
  std::string_view id;
  std::string_view name;          ///< short name for people
  std::string_view country;       ///< in English
  std::string_view country_code;  ///< two letters of ISO 3166
  Region region = Region::north_america;
  bool rest_v1 = true;  ///< REST v1 takes the id
};

/// The most GPUs of one worker.
inline constexpr std::int64_t gpu_count_max = 8;

// Each table is in the order in which lists show it.
std::span<const GpuType> gpu_types();
std::span<const GpuSpelling> gpu_spellings();
std::span<const GpuPool> gpu_pools();
std::span<const CpuFlavor> cpu_flavors();
std::span<const CpuType> cpu_types();
std::span<const DataCenter> data_centers();
/// CUDA versions that an endpoint may name, newest first.
std::span<const std::string_view> cuda_versions();

// Null: the catalogue does not have the id.
const GpuType* find_gpu_type(std::string_view id);
const GpuPool* find_gpu_pool(std::string_view id);
const CpuFlavor* find_cpu_flavor(std::string_view id);
const DataCenter* find_data_center(std::string_view id);

/// The pool that a GPU type is in; null: none.
const GpuPool* pool_of(std::string_view gpu_type);

/// The number of vCPUs of an instance of the flavour: the text is its id, the vCPUs and the GB of memory, as
/// in "cpu3g-4-16". nullopt: the text is none.
std::optional<std::int64_t> vcpus_of(const CpuFlavor& flavor, std::string_view instance);

/// A wish for cards by the CUDA versions that they run.
struct CudaWish {
  std::span<const std::string> versions;  ///< any of these will do; empty: any at all
  std::string_view least;                 ///< oldest version that will do; empty: any
};
/// Whether cards of the type run a version of the catalogue that meets the wish.
bool runs_cuda(const GpuType& type, const CudaWish& wish);

}  // namespace pilotlight::catalog

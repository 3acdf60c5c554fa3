#include "catalog/catalog.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/assert.hpp"

namespace pilotlight::catalog {
namespace {

/// Null: no row has the id.
template <class Row>
const Row* find(std::span<const Row> table, std::string_view id) {
  const auto found = std::find_if(table.begin(), table.end(), [id](const Row& row) { return row.id == id; });
  return found == table.end() ? nullptr : &*found;
}

/// A whole number in decimal digits, without sign and leading zeros; nullopt: the text is something else.
std::optional<std::int64_t> number_of(std::string_view text) {
  if (text.empty() || text.front() < '1' || text.front() > '9') return std::nullopt;
  std::int64_t number = 0;
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (status != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// The major and the minor number of a version such as "12.4".
std::optional<std::pair<std::int64_t, std::int64_t>> version_of(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::string_view minor_text = text.substr(dot + 1);
  const auto major = number_of(text.substr(0, dot));
  const auto minor = minor_text == "0" ? std::optional<std::int64_t>(0) : number_of(minor_text);
  if (!major || !minor) return std::nullopt;
  return std::pair(*major, *minor);
}

}  // namespace

const GpuType* find_gpu_type(std::string_view id) {
  return find(gpu_types(), id);
}

const GpuPool* find_gpu_pool(std::string_view id) {
  return find(gpu_pools(), id);
}

const CpuFlavor* find_cpu_flavor(std::string_view id) {
  return find(cpu_flavors(), id);
}

const DataCenter* find_data_center(std::string_view id) {
  return find(data_centers(), id);
}

const GpuPool* pool_of(std::string_view gpu_type) {
  for (const GpuPool& pool : gpu_pools())
    if (std::find(pool.types.begin(), pool.types.end(), gpu_type) != pool.types.end()) return &pool;
  return nullptr;
}

std::string_view name_of(Region region) {
  switch (region) {
    case Region::north_america: return "NORTH_AMERICA";
    case Region::europe: return "EUROPE";
    case Region::asia: return "ASIA";
    case Region::oceania: return "OCEANIA";
  }
  UNREACHABLE();
}

std::optional<std::int64_t> vcpus_of(const CpuFlavor& flavor, std::string_view instance) {
  if (!instance.starts_with(flavor.id)) return std::nullopt;
  instance.remove_prefix(flavor.id.size());
  if (!instance.starts_with('-')) return std::nullopt;
  instance.remove_prefix(1);
  const std::size_t dash = instance.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto vcpus = number_of(instance.substr(0, dash));
  const auto memory = number_of(instance.substr(dash + 1));
  if (!vcpus || !memory || *vcpus > CpuFlavor::vcpu_max) return std::nullopt;
  return *memory == *vcpus * flavor.ram_gb_per_vcpu ? vcpus : std::nullopt;
}

bool runs_cuda(const GpuType& type, const CudaWish& wish) {
  if (wish.versions.empty() && wish.least.empty()) return true;
  if (type.manufacturer != Manufacturer::nvidia) return false;
  const auto least = version_of(wish.least);
  if (!wish.least.empty() && !least) return false;
  const auto fits = [&](std::string_view version) {
    return wish.versions.empty() ||
           std::find(wish.versions.begin(), wish.versions.end(), version) != wish.versions.end();
  };
  return std::any_of(cuda_versions().begin(), cuda_versions().end(), [&](std::string_view version) {
    return fits(version) && (!least || *version_of(version) >= *least);
  });
}

}  // namespace pilotlight::catalog

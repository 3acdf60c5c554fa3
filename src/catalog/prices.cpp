#include "catalog/prices.hpp"

namespace pilotlight::catalog {
namespace {

/// The table's own text of an id; empty: no GPU type, pool or CPU flavour has it.
std::string_view text_in_tables(std::string_view id) {
  if (const GpuType* type = find_gpu_type(id)) return type->id;
  if (const GpuPool* pool = find_gpu_pool(id)) return pool->id;
  if (const CpuFlavor* flavor = find_cpu_flavor(id)) return flavor->id;
  return {};
}

}  // namespace

bool Prices::set(std::string_view id, Money price) {
  const std::string_view known = text_in_tables(id);
  if (known.empty()) return false;
  by_id_[known] = price;
  return true;
}

Money Prices::of_card(const GpuType& type) const {
  if (const Money* own = find(type.id)) return *own;
  const GpuPool* pool = pool_of(type.id);
  const Money* common = pool == nullptr ? nullptr : find(pool->id);
  return common == nullptr ? Money() : *common;
}

Money Prices::of_vcpu(const CpuFlavor& flavor) const {
  const Money* own = find(flavor.id);
  return own == nullptr ? Money() : *own;
}

const Money* Prices::find(std::string_view id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : &found->second;
}

}  // namespace pilotlight::catalog

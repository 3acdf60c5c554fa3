#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "catalog/catalog.hpp"

namespace pilotlight::catalog {

/// Dollars, counted in whole millionths so that products are exact.
struct Money {
  static constexpr std::int64_t millionths_per_dollar = 1'000'000;

  constexpr double dollars() const { return static_cast<double>(millionths) / millionths_per_dollar; }
  constexpr Money times(std::int64_t count) const { return {millionths * count}; }
  bool operator==(const Money&) const = default;

  std::int64_t millionths = 0;
};

/// The price of an hour, by the catalogue's ids. An id without a price costs nothing.
class Prices {
 public:
  /// Sets the price of one card of a GPU type, of one card of each type in a pool, or of one virtual CPU of a
  /// flavour. A type's own price wins over its pool's. False: the catalogue does not have the id.
  [[nodiscard]] bool set(std::string_view id, Money price);
  bool has(std::string_view id) const { return by_id_.contains(id); }

  Money of_card(const GpuType& type) const;
  Money of_vcpu(const CpuFlavor& flavor) const;

 private:
  /// Null: no price is set under the id.
  const Money* find(std::string_view id) const;

  std::map<std::string_view, Money> by_id_;  ///< the keys are texts of the tables
};

}  // namespace pilotlight::catalog

#pragma once

#include <cstdint>

namespace pilotlight::sim {

/// The value as printf's %llu takes it on every platform.
inline unsigned long long number(std::uint64_t value) {
  return value;
}

}  // namespace pilotlight::sim

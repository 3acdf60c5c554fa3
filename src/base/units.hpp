#pragma once

#include <cstdint>

namespace pilotlight {

/// A number of bytes.
using ByteCount = std::uint64_t;

namespace literals {

constexpr ByteCount operator""_KiB(unsigned long long n) {
  return n << 10;
}
constexpr ByteCount operator""_MiB(unsigned long long n) {
  return n << 20;
}
constexpr ByteCount operator""_GiB(unsigned long long n) {
  return n << 30;
}

}  // namespace literals

}  // namespace pilotlight

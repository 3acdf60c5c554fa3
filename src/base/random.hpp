#pragma once

#include <cstdint>

#include "base/assert.hpp"

namespace pilotlight {

/// A seeded generator (splitmix64) that gives the same sequence on every machine. For simulation, jitter and
/// names; never for secrets. Not thread-safe.
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed) {}

  constexpr std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  constexpr std::uint64_t operator()() { return next(); }

  /// Uniform in [0, bound); the bias of the remainder is below 2^-32 for bounds below 2^32. bound > 0.
  constexpr std::uint64_t below(std::uint64_t bound) {
    ASSERT(bound > 0);
    return next() % bound;
  }

  /// Uniform in [low, high], both included.
  constexpr std::int64_t between(std::int64_t low, std::int64_t high) {
    ASSERT(low <= high);
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }

  /// True in `percent` of a hundred cases.
  constexpr bool chance(unsigned percent) { return below(100) < percent; }

 private:
  std::uint64_t state_;
};

}  // namespace pilotlight

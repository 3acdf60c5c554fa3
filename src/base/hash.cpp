#include "base/hash.hpp"

#include <array>
#include <boost/crc.hpp>
#include <cstring>

namespace pilotlight {
namespace {

constexpr std::uint64_t multiplier = 0x9fb21c651e98df25ULL;

constexpr std::uint64_t mix(std::uint64_t h) {
  h ^= h >> 32;
  h *= multiplier;
  h ^= h >> 29;
  h *= multiplier;
  return h ^ (h >> 32);
}

}  // namespace

std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed) {
  std::uint64_t h = mix(seed ^ (bytes.size() * multiplier));
  while (bytes.size() >= 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data(), 8);
    h = mix(h ^ word) + multiplier;
    bytes.remove_prefix(8);
  }
  std::uint64_t tail = 0;
  std::memcpy(&tail, bytes.data(), bytes.size());
  return mix(h ^ tail);
}

std::uint32_t crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

}  // namespace pilotlight

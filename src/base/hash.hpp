#pragma once

#include <cstdint>
#include <string_view>

namespace pilotlight {

/// A 64-bit hash that is the same on every machine and in every version of the program; for traces and
/// comparisons, not against an adversary.
std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed = 0);

/// CRC-32C (Castagnoli), the checksum of stored records.
std::uint32_t crc32c(std::string_view bytes);

}  // namespace pilotlight

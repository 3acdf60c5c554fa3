#pragma once

#include <cstdint>
#include <string_view>

namespace pilotlight {

/// A 64-bit hash that is the same on every machine and in every version of the program; for traces and
/// comparisons, not against an adversary.
std::uint64_t stable_hash(std::string_view bytes, std::uint64_t seed = 0);

/// CRC-32C (Castagnoli), the checksum of stored records and bodies. `before` is the sum of the bytes in front
/// of these, so that a long text can be summed piece by piece.
std::uint32_t crc32c(std::string_view bytes, std::uint32_t before = 0);

/// The same sum without the processor's instruction for it.
std::uint32_t crc32c_by_table(std::string_view bytes, std::uint32_t before = 0);

}  // namespace pilotlight

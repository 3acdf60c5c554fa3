#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/body.hpp"
#include "base/error.hpp"
#include "domain/payload.hpp"

namespace pilotlight::store {

/// What every failure to read a body begins with.
inline constexpr const char* unreadable_payload = "cannot read a payload: ";

/// The body that was found for a reference, if it is the one that was stored; corrupt if it is not.
Result<Body> checked(const PayloadRef& ref, Result<Body> found);

/// Where a chunk stands in its job's stream.
struct ChunkPlace {
  RowNumber job = 0;
  std::uint32_t run = 0;
  std::uint32_t number = 0;
};

/// The checksum of a chunk's row: of its place and of the body that belongs there.
std::uint32_t chunk_sum(const ChunkPlace& place, std::uint32_t payload_sum);

/// The same for a chunk. `sum` is the one in its row; nullopt in rows of older versions, which are believed.
Result<Body> checked(const ChunkPlace& place, const PayloadRef& ref, std::optional<std::uint32_t> sum,
                     Result<Body> found);

/// The failure of a job whose chunks are not all there.
Error chunks_lost(RowNumber job);

}  // namespace pilotlight::store

#include "store/checked.hpp"

#include <cstring>

#include "base/hash.hpp"
#include "base/log.hpp"

namespace pilotlight::store {
namespace {

Error damaged(const PayloadRef& ref) {
  char number[17];
  std::snprintf(number, sizeof number, "%016llx", static_cast<unsigned long long>(ref.number));
  const std::string where = ref.place == PayloadPlace::file ? std::string("the file bodies/") + number
                                                            : "row " + std::to_string(ref.number);
  log::error("payload_damaged where=\"{}\"", where);
  return refusal(Errc::corrupt,
                 unreadable_payload + where + " does not hold the bytes that were stored in it");
}

}  // namespace

Result<Body> checked(const PayloadRef& ref, Result<Body> found) {
  if (found && !is_body_of(ref, **found)) return damaged(ref);
  return found;
}

std::uint32_t chunk_sum(const ChunkPlace& place, std::uint32_t payload_sum) {
  char key[20];
  std::memcpy(key, &place.job, 8);
  std::memcpy(key + 8, &place.run, 4);
  std::memcpy(key + 12, &place.number, 4);
  std::memcpy(key + 16, &payload_sum, 4);
  return crc32c({key, sizeof key});
}

Result<Body> checked(const ChunkPlace& place, const PayloadRef& ref, std::optional<std::uint32_t> sum,
                     Result<Body> found) {
  if (!found) return found;
  if ((*found)->size() != ref.bytes) return damaged(ref);
  if (sum && *sum != chunk_sum(place, payload_sum(ref, **found))) return damaged(ref);
  return found;
}

Error chunks_lost(RowNumber job) {
  log::error("chunks_lost job_row={}", job);
  return refusal(Errc::corrupt,
                 unreadable_payload + ("chunks of the job in row " + std::to_string(job)) + " are lost");
}

}  // namespace pilotlight::store

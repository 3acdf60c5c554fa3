#pragma once

#include <optional>

#include "ports/store.hpp"
#include "store/codec.hpp"

namespace pilotlight::store {

/// The job of a row of live_job.
inline Result<std::optional<StoredJob>> stored_live(std::string_view bytes, const std::string& place) {
  auto record = from_stored<record::JobSaved>(bytes, place);
  if (!record) return record.error();
  return std::optional<StoredJob>(std::move(record->value));
}

/// The job of a row of final_job; nullopt once it has expired. The row's own time counts: it may have been
/// shortened.
inline Result<std::optional<StoredJob>> stored_final(Timestamp expires, std::string_view bytes, Timestamp now,
                                                     const std::string& place) {
  if (expires <= now) return std::optional<StoredJob>();
  auto record = from_stored<record::JobFinished>(bytes, place);
  if (!record) return record.error();
  record->value.expires = expires;
  return std::optional<StoredJob>(std::move(record->value));
}

}  // namespace pilotlight::store

#pragma once

#include <optional>
#include <string>

#include "api/json_writer.hpp"
#include "base/body.hpp"
#include "ports/store.hpp"

namespace pilotlight::api {

/// "batch_" and 16 hexadecimal digits.
std::string batch_id(RowNumber number);
std::optional<RowNumber> parse_batch_id(std::string_view text);

/// How the requests of a batch stand.
struct BatchCounts {
  std::uint32_t in_progress = 0;
  std::uint32_t completed = 0;
  std::uint32_t failed = 0;  ///< or cancelled, timed out, or no longer kept
  std::uint32_t jobs = 0;    ///< that they have become, live or kept

  void add(const Batch& batch, const BatchEntry& entry);
};

/// Nothing of the batch happens any more.
bool has_ended(const Batch& batch, const BatchCounts& counts);

/// The members of a batch as its owner sees it.
void add_batch(JsonWriter& json, const Batch& batch, const BatchCounts& counts);

/// A request as its owner sees it. `result`: of a job that ended, as FinalJob::result says; may be null.
std::string batch_request_json(const Batch& batch, const BatchEntry& entry, const Body& result);

}  // namespace pilotlight::api

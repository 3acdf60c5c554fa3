#pragma once

#include <optional>
#include <string>

#include "api/json_writer.hpp"
#include "service/batches/batch.hpp"

namespace pilotlight::api {

/// "batch_" and 16 hexadecimal digits.
std::string batch_id(RowNumber number);
std::optional<RowNumber> parse_batch_id(std::string_view text);

/// The members of a batch as its owner sees it.
void add_batch(JsonWriter& json, const service::CountedBatch& counted);

/// A request as its owner sees it. `result`: of a job that ended, as FinalJob::result says; may be null.
std::string batch_request_json(const Batch& batch, const BatchEntry& entry, const Body& result);

}  // namespace pilotlight::api

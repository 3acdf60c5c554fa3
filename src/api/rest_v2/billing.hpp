#pragma once

#include <cstdint>
#include <vector>

#include "api/rest_v2/operation.hpp"

namespace pilotlight::api::rest_v2 {

/// The time that a bill covers, in milliseconds since 1970, on borders of its buckets.
struct BillingRange {
  std::int64_t start = 0;
  std::int64_t end = 0;  ///< exclusive
};

/// The range that a query, which its schema has accepted, asks for at the time `now`; a bucket is an hour, a
/// day, a week from Monday on, a month or a year in UTC. Error: which parameters do not go together.
Result<BillingRange> billing_range(const JsonValue& query, std::int64_t now);

/// Bills, all of them empty: the server meters nothing.
std::vector<Operation> billing_operations(Context& context);

}  // namespace pilotlight::api::rest_v2

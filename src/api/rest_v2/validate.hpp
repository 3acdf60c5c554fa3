#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/json_document.hpp"
#include "api/rest_v2/schema.hpp"

namespace pilotlight::api::rest_v2 {

/// The faults of a value by its schema, each with its place, such as "$.gpu.pools[0]: got number, want
/// string"; empty if it accepts it. `root` names the value itself. Values of texts without a pattern are
/// never in there, because they may be secrets.
std::vector<std::string> problems_of(const JsonValue& value, const Schema& schema, std::string_view root);

inline constexpr std::size_t problems_max = 20;  ///< that are told of one value

}  // namespace pilotlight::api::rest_v2

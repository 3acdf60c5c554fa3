#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace pilotlight::api {

/// The milliseconds since 1970 of an RFC 3339 time with a zone; digits beyond the milliseconds are dropped.
std::optional<std::int64_t> parse_date_time(std::string_view text);

}  // namespace pilotlight::api

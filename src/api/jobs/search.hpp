#pragma once

#include <optional>
#include <string>

#include "base/error.hpp"
#include "net/message.hpp"
#include "service/jobs/search.hpp"

namespace pilotlight::api {

using service::bit;
using service::JobSearch;

/// Takes the query apart; the refusal names the parameter and says what it may be.
Result<JobSearch> parse_job_search(const net::Request& request);

/// A row as 16 hexadecimal digits, and back: cursors and the like.
std::string row_text(RowNumber row);
std::optional<RowNumber> parse_row(std::string_view text);

}  // namespace pilotlight::api

#pragma once

#include <optional>
#include <string_view>

#include "api/context.hpp"
#include "api/numbers.hpp"
#include "service/jobs/find.hpp"

// What the clients' job operations have in common.
namespace pilotlight::api {

using service::Target;

inline constexpr std::string_view no_endpoint =
    "endpoint not found: the id is wrong; { myself { endpoints { id } } } of /graphql lists yours";

/// Endpoint and, where the path has one, job; empty ids for what is not well formed, which then is not found.
Target target_of(const Request& request);

/// The refusal of a larger body.
Error size_refusal(ByteCount limit);

/// A whole number of milliseconds between the bounds; nullopt for anything else.
std::optional<milliseconds> milliseconds_in(std::string_view text, std::int64_t least, std::int64_t most);

/// The `wait` of a question that is held open: nullopt if it is out of range, the default if it is absent.
std::optional<milliseconds> wait_of(const Request& request);
/// The refusal of such a wait.
Error wait_refusal();

/// {"id":…,"status":…}
Response short_view(const JobId& id, JobState state);

/// The job as it stands. With `wait`, a live one's end if it comes in time.
awaitable<Response> shown(Context& context, Exchange& exchange, Target target,
                          std::optional<milliseconds> wait);

}  // namespace pilotlight::api

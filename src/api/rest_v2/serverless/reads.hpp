#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/rest_v2/operation.hpp"
#include "service/definitions/definitions.hpp"

// The operations of /v2/serverless that change nothing.
namespace pilotlight::api::rest_v2::serverless {

/// The endpoint whose id stands at the first {} of the pattern; nullopt if there is none.
awaitable<std::optional<service::SeenEndpoint>> endpoint_in(Context& context, const Call& call,
                                                            std::string_view pattern);

/// The endpoint as it was saved, as JSON.
awaitable<std::string> show_saved(Context& context, Exchange& exchange, const answer::EndpointSaved& saved);

awaitable<Response> list_endpoints(Context& context, Call call);
awaitable<Response> show_endpoint(Context& context, Call call);
awaitable<Response> list_workers(Context& context, Call call);
awaitable<Response> list_releases(Context& context, Call call);
awaitable<Response> list_builds(Context& context, Call call);
awaitable<Response> show_build(Context& context, Call call);

}  // namespace pilotlight::api::rest_v2::serverless

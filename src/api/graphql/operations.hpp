#pragma once

#include <functional>
#include <optional>
#include <string>

#include "api/context.hpp"
#include "graphql/graphql.hpp"

namespace pilotlight::api {

/// The schema with its resolvers; `context` outlives it.
graphql::Schema management_schema(Context& context);

/// Makes the response, as JSON, of an operation that has been carried out. It reads environments from the
/// store and may take long: in the background. Once; not after the end of the Prepared.
using MakeResponse = std::function<std::string()>;

/// Carries out the root fields of a prepared operation, in order. The fields of a query share one reading of
/// the definitions, unless it shows single endpoints alone. Without an account the fields of a query that
/// need one are null; mutations are the caller's to refuse.
net::awaitable<MakeResponse> carry_out(Context& context, net::Exchange& exchange,
                                       const graphql::Prepared& prepared, std::optional<Account> account);

}  // namespace pilotlight::api

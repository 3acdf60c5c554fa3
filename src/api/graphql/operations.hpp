#pragma once

#include <vector>

#include "api/context.hpp"
#include "graphql/graphql.hpp"

namespace pilotlight::api {

/// The schema with its resolvers; `store` outlives it. Environments are read from the store while a response
/// is completed, which therefore happens on a files thread.
graphql::Schema management_schema(Store& store);

/// Carries out the root fields of a prepared operation, in order. Without a valid key (`known` false) every
/// field of a query is null; mutations are the caller's to refuse.
net::awaitable<std::vector<graphql::RootResult>> carry_out(Context& context, net::Exchange& exchange,
                                                           const graphql::Prepared& prepared, bool known);

}  // namespace pilotlight::api

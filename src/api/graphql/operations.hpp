#pragma once

#include <any>
#include <vector>

#include "api/context.hpp"
#include "domain/answer.hpp"
#include "graphql/graphql.hpp"

namespace pilotlight::api {

/// The schema with its resolvers; `store` outlives it. Environments are read from the store while a response
/// is completed, which therefore happens on a files thread.
graphql::Schema management_schema(Store& store);

/// The results of an operation's root fields, and what complete() needs to show them.
struct CarriedOut {
  std::vector<graphql::RootResult> results;
  std::any source;  ///< a Catalog; empty: nothing is shown
};

/// Carries out the root fields of a prepared operation, in order. The fields of a query share one reading of
/// the catalog. Without an account every field of a query is null; mutations are the caller's to refuse.
net::awaitable<CarriedOut> carry_out(Context& context, net::Exchange& exchange,
                                     const graphql::Prepared& prepared, std::optional<Account> account);

}  // namespace pilotlight::api

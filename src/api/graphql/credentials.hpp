#pragma once

#include <string_view>

#include "api/context.hpp"
#include "api/graphql/catalog.hpp"
#include "graphql/graphql.hpp"

/// Registry credentials and secrets: their mutations, and what queries show of them.
namespace pilotlight::api {

/// Whether the mutation makes, changes or deletes one of them.
bool changes_credentials(std::string_view mutation);

/// Carries out such a mutation. No refusal repeats any of the input, which may be a secret.
awaitable<graphql::RootResult> change_credentials(Context& context, Exchange& exchange, Catalog& shown,
                                                  AccountId account, const graphql::RootField& field);

/// Reads those lists of the account that the operation shows.
awaitable<> read_credentials(Context& context, Exchange& exchange, const graphql::Prepared& prepared,
                             Catalog& catalog);

}  // namespace pilotlight::api

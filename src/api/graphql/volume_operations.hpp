#pragma once

#include <string_view>

#include "api/context.hpp"
#include "api/graphql/catalog.hpp"
#include "graphql/graphql.hpp"

namespace pilotlight::api {

/// createNetworkVolume, updateNetworkVolume or deleteNetworkVolume.
bool is_of_volumes(std::string_view mutation);

/// Carries out one of them. What it saves is added to `shown`.
net::awaitable<graphql::RootResult> mutate_volume(Context& context, net::Exchange& exchange, Catalog& shown,
                                                  AccountId account, const graphql::RootField& field);

}  // namespace pilotlight::api

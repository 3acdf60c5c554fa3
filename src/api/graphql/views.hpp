#pragma once

#include <boost/json.hpp>
#include <functional>
#include <string_view>

#include "catalog/prices.hpp"
#include "domain/accounts/account.hpp"
#include "domain/payload.hpp"
#include "graphql/schema.hpp"

namespace pilotlight::api {

/// The id of an account, as `myself` and owned objects show it.
std::string_view shown_id(AccountId account);

/// Lets the fields of all types be found in a Catalog, the source of complete(), in which an endpoint, a
/// template or a worker is its place; only what is selected is made. `environment` reads what is stored under
/// a reference. `prices` outlives the schema.
void resolve_types(graphql::Schema& schema,
                   const std::function<boost::json::value(const PayloadRef&)>& environment,
                   const catalog::Prices& prices);

}  // namespace pilotlight::api

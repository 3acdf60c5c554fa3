#pragma once

#include <functional>
#include <vector>

#include "api/context.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {

/// Answers a request that came with the key of this account; see net::Handler for the rest.
using AccountHandler = std::function<net::awaitable<net::Response>(Account, net::Request, net::Exchange&)>;

/// A route for those who have a key. As nobody but ApiKeys makes an Account, its handler cannot be called for
/// others.
struct AccountRoute {
  AccountRoute(net::Method method, std::string pattern, ByteCount body_max, AccountHandler answer)
      : route{method, std::move(pattern), body_max, net::Budget::client, net::OverLimit::refuse, {}},
        handler(std::move(answer)) {}

  net::Route route;  ///< its own handler and its admission are with_key's
  AccountHandler handler;
  net::Response (*refusal)(ApiKeys::Verdict) = unauthorized;  ///< to a request without a valid key
};

using AccountOperation = net::awaitable<net::Response> (*)(Context&, Account, net::Request, net::Exchange&);

/// The route of an operation on this context, which outlives it.
AccountRoute account_route(Context& context, net::Method method, std::string pattern, ByteCount body_max,
                           AccountOperation operation);

/// The same routes for everybody: a request without a valid key gets the refusal, before its body is read.
/// `keys` outlives them.
std::vector<net::Route> with_key(const ApiKeys& keys, std::vector<AccountRoute> routes);

}  // namespace pilotlight::api

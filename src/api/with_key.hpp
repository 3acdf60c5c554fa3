#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "api/context.hpp"
#include "api/doors.hpp"
#include "api/responses.hpp"

namespace pilotlight::api {

/// Answers a request that came with the key of this account; see net::Handler for the rest.
using AccountHandler = std::function<net::awaitable<net::Response>(Account, net::Request, net::Exchange&)>;

/// The reason why a response may take long, so that its key may be revoked meanwhile.
enum class Lasting : std::uint8_t {
  no,
  streams,  ///< its body may come part by part: it ends before the next part
  waits,    ///< also waits before it is there: the refusal takes its place
};

/// A route for those who have a key that opens it. As nobody but ApiKeys makes an Account, its handler cannot
/// be called for others.
struct AccountRoute {
  /// `role`: what the route asks of a key; at one of the role jobs the path is /v2/ENDPOINT/….
  AccountRoute(KeyRole role, net::Method method, std::string pattern, ByteCount body_max,
               AccountHandler answer)
      : asks(role),
        route{method, std::move(pattern), body_max, net::Budget::client, net::OverLimit::refuse, {}},
        handler(std::move(answer)) {}

  KeyRole asks;
  net::Route route;  ///< its own handler and its admission are with_key's
  AccountHandler handler;
  net::Response (*refusal)(ApiKeys::Verdict) = unauthorized;  ///< to a request whose key does not open it
  Lasting lasting = Lasting::no;
};

using AccountOperation = net::awaitable<net::Response> (*)(Context&, Account, net::Request, net::Exchange&);

/// The route of an operation on this context, which outlives it.
AccountRoute account_route(Context& context, KeyRole role, net::Method method, std::string pattern,
                           ByteCount body_max, AccountOperation operation);

/// The same routes for everybody: a request without a key that opens its route gets the refusal, before its
/// body is read. `keys` outlives them.
std::vector<Door> with_key(const ApiKeys& keys, std::vector<AccountRoute> routes);

}  // namespace pilotlight::api

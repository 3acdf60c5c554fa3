#include "api/with_key.hpp"

namespace pilotlight::api {

AccountRoute account_route(Context& context, net::Method method, std::string pattern, ByteCount body_max,
                           AccountOperation operation) {
  return {method, std::move(pattern), body_max,
          [&context, operation](Account account, net::Request request, net::Exchange& exchange) {
            return operation(context, account, std::move(request), exchange);
          }};
}

std::vector<net::Route> with_key(const ApiKeys& keys, std::vector<AccountRoute> routes) {
  std::vector<net::Route> all;
  for (AccountRoute& open : routes) {
    net::Route& route = all.emplace_back(std::move(open.route));
    route.handler = [&keys, refusal = open.refusal, handler = std::move(open.handler)](
                        net::Request request, net::Exchange& exchange) {
      const auto account = keys.account_of(request);
      if (!account) return at_once(refusal(keys.judge(request)));
      return handler(*account, std::move(request), exchange);
    };
    route.admission = [&keys, refusal = open.refusal](const net::Request& request) {
      const auto verdict = keys.judge(request);
      return verdict == ApiKeys::Verdict::accepted ? std::nullopt : std::optional(refusal(verdict));
    };
  }
  return all;
}

}  // namespace pilotlight::api

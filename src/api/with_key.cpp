#include "api/with_key.hpp"

#include <memory>
#include <optional>

namespace pilotlight::api {
namespace {

/// Ends a body before the next part once the key that asked for it is revoked.
class WhileAccepted final : public net::BodyParts {
 public:
  WhileAccepted(const ApiKeys& keys, Account account, std::shared_ptr<net::BodyParts> parts)
      : keys_(keys), account_(account), parts_(std::move(parts)) {}

  net::awaitable<std::optional<std::string>> next() override {
    std::optional<std::string> part;
    if (keys_.still_accepts(account_)) part = co_await parts_->next();
    if (part && !keys_.still_accepts(account_)) part.reset();
    cut_ = !part && !keys_.still_accepts(account_);
    co_return part;
  }
  bool cut() const { return cut_; }

 private:
  const ApiKeys& keys_;
  const Account account_;
  const std::shared_ptr<net::BodyParts> parts_;
  bool cut_ = false;
};

void end_with_key(const ApiKeys& keys, Account account, net::Response& response) {
  const auto parts = std::make_shared<WhileAccepted>(keys, account, std::move(response.parts));
  response.parts = parts;
  if (!response.after_write) return;
  response.after_write = [parts, told = std::move(response.after_write)](bool written) {
    told(written && !parts->cut());
  };
}

net::awaitable<net::Response> lasting(const ApiKeys& keys, const AccountRoute& route, Account account,
                                      net::Request request, net::Exchange& exchange) {
  net::Response response = co_await route.handler(account, std::move(request), exchange);
  if (response.parts) {
    end_with_key(keys, account, response);
  } else if (route.lasting == Lasting::waits && !keys.still_accepts(account)) {
    net::Response refusal = route.refusal(ApiKeys::Verdict::wrong);
    refusal.after_write = std::move(response.after_write);
    co_return refusal;
  }
  co_return response;
}

/// Only a request with a query asks for a stream.
bool lasts(Lasting route, const net::Request& request) {
  return route == Lasting::waits || (route == Lasting::streams && !request.query.empty());
}

}  // namespace

AccountRoute account_route(Context& context, KeyRole role, net::Method method, std::string pattern,
                           ByteCount body_max, AccountOperation operation) {
  return {role, method, std::move(pattern), body_max,
          [&context, operation](Account account, net::Request request, net::Exchange& exchange) {
            return operation(context, account, std::move(request), exchange);
          }};
}

std::vector<Door> with_key(const ApiKeys& keys, std::vector<AccountRoute> routes) {
  std::vector<Door> all;
  for (AccountRoute& open : routes) {
    const auto shared = std::make_shared<const AccountRoute>(std::move(open));
    const Access access = shared->asks == KeyRole::all ? Access::all_keys : Access::jobs_keys;
    net::Route& route = all.emplace_back(access, shared->route).route;
    route.handler = [&keys, shared](net::Request request, net::Exchange& exchange) {
      const auto account = keys.account_of(request, shared->asks);
      if (!account) return at_once(shared->refusal(keys.judge(request, shared->asks)));
      if (lasts(shared->lasting, request))
        return lasting(keys, *shared, *account, std::move(request), exchange);
      return shared->handler(*account, std::move(request), exchange);
    };
    route.admission = [&keys, shared](const net::Request& request) {
      const auto verdict = keys.judge(request, shared->asks);
      return verdict == ApiKeys::Verdict::accepted ? std::nullopt : std::optional(shared->refusal(verdict));
    };
  }
  return all;
}

}  // namespace pilotlight::api

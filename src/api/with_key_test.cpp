#include "api/with_key.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

namespace pilotlight::api {
namespace {

/// Calls routes as a connection does that nobody hangs up.
class Caller final : public net::Exchange {
 public:
  net::Executor executor() override { return context_.get_executor(); }
  unsigned thread() override { return 0; }
  void on_hangup(std::function<void()>) override {}

  net::Response call(const net::Route& route, net::Request request) {
    net::Response answer;
    const auto keep = [&answer](const std::exception_ptr&, net::Response response) {
      answer = std::move(response);
    };
    boost::asio::co_spawn(context_.get_executor(), route.handler(std::move(request), *this), keep);
    context_.restart();
    context_.run();
    return answer;
  }

 private:
  boost::asio::io_context context_;
};

net::Request request_of(std::string key) {
  net::Request request;
  request.authorization = std::move(key);
  return request;
}

net::awaitable<net::Response> hello(Account, net::Request, net::Exchange&) {
  return at_once(json_response(200, "hello"));
}

net::Response own_refusal(ApiKeys::Verdict verdict) {
  return json_response(403, verdict == ApiKeys::Verdict::absent ? "none" : "another");
}

TEST(WithKey, only_a_valid_key_reaches_the_handler) {
  const ApiKeys keys({service::sha256_hex("key")});
  std::vector<AccountRoute> open;
  open.emplace_back(net::Method::get, "/a", 0, hello);
  open.emplace_back(net::Method::get, "/b", 0, hello).refusal = own_refusal;
  const auto routes = with_key(keys, std::move(open));
  ASSERT_EQ(routes.size(), 2U);
  Caller caller;
  EXPECT_EQ(caller.call(routes[0], request_of("key")).head, "hello");
  EXPECT_EQ(caller.call(routes[0], request_of("other")).status, 401);
  EXPECT_EQ(caller.call(routes[0], request_of("")).status, 401);
  EXPECT_EQ(caller.call(routes[1], request_of("other")).head, "another") << "in the route's own words";
  EXPECT_EQ(caller.call(routes[1], request_of("")).head, "none");
}

TEST(WithKey, a_body_is_not_wanted_without_a_valid_key) {
  const ApiKeys keys({service::sha256_hex("key")});
  std::vector<AccountRoute> open;
  open.emplace_back(net::Method::post, "/a", 64, hello);
  const auto routes = with_key(keys, std::move(open));
  EXPECT_FALSE(routes[0].admission(request_of("key")));
  EXPECT_EQ(routes[0].admission(request_of("other"))->status, 401);
  EXPECT_EQ(routes[0].admission(request_of(""))->status, 401);
}

}  // namespace
}  // namespace pilotlight::api

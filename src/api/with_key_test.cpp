#include "api/with_key.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <map>

#include "api/all_doors.hpp"
#include "api/keys_test.hpp"
#include "engine/test_doubles_test.hpp"
#include "net/router.hpp"
#include "service/credentials/sealing.hpp"

namespace pilotlight::api {
namespace {

/// Calls routes as a connection does that nobody hangs up.
class Caller final : public net::Exchange {
 public:
  net::Executor executor() override { return context_.get_executor(); }
  unsigned thread() override { return 0; }
  void on_hangup(std::function<void()>) override {}
  bool ending() const override { return false; }

  net::Response call(const net::Route& route, net::Request request) {
    return run(route.handler(std::move(request), *this));
  }
  template <class T>
  T run(net::awaitable<T> work) {
    T result{};
    const auto keep = [&result](const std::exception_ptr&, T value) { result = std::move(value); };
    boost::asio::co_spawn(context_.get_executor(), std::move(work), keep);
    context_.restart();
    context_.run();
    return result;
  }

 private:
  boost::asio::io_context context_;
};

net::awaitable<net::Response> hello(Account, net::Request, net::Exchange&) {
  return at_once(json_response(200, "hello"));
}

net::Response own_refusal(ApiKeys::Verdict verdict) {
  return json_response(403, verdict == ApiKeys::Verdict::absent ? "none" : "another");
}

class WithKey : public testing::Test {
 protected:
  WithKey() {
    keys.publish_all(
        {key_of("key"), key_of("worker", KeyRole::jobs), key_of("one", KeyRole::jobs, {"endpoint"})});
  }
  std::vector<Door> doors_of(AccountRoute route) {
    std::vector<AccountRoute> open;
    open.push_back(std::move(route));
    return with_key(keys, std::move(open));
  }

  KeysClock clock;
  ApiKeys keys{clock};
  Caller caller;
};

TEST_F(WithKey, only_a_valid_key_reaches_the_handler) {
  std::vector<AccountRoute> open;
  open.emplace_back(KeyRole::all, net::Method::get, "/a", 0, hello);
  open.emplace_back(KeyRole::all, net::Method::get, "/b", 0, hello).refusal = own_refusal;
  const auto doors = with_key(keys, std::move(open));
  ASSERT_EQ(doors.size(), 2U);
  EXPECT_EQ(caller.call(doors[0].route, request_with("key")).head, "hello");
  EXPECT_EQ(caller.call(doors[0].route, request_with("other")).status, 401);
  EXPECT_EQ(caller.call(doors[0].route, request_with("")).status, 401);
  EXPECT_EQ(caller.call(doors[0].route, request_with("worker")).status, 403);
  EXPECT_EQ(caller.call(doors[1].route, request_with("other")).head, "another") << "in the route's own words";
  EXPECT_EQ(caller.call(doors[1].route, request_with("")).head, "none");
}

TEST_F(WithKey, a_body_is_not_wanted_without_a_key_that_opens_the_door) {
  const auto doors = doors_of({KeyRole::all, net::Method::post, "/a", 64, hello});
  EXPECT_FALSE(doors[0].route.admission(request_with("key")));
  EXPECT_EQ(doors[0].route.admission(request_with("other"))->status, 401);
  EXPECT_EQ(doors[0].route.admission(request_with(""))->status, 401);
  EXPECT_EQ(doors[0].route.admission(request_with("worker"))->status, 403);
}

TEST_F(WithKey, a_wait_ends_with_the_refusal_if_its_key_was_revoked) {
  bool told = false;
  AccountRoute route{KeyRole::jobs, net::Method::get, "/v2/{}/x", 0,
                     [this, &told](Account, net::Request, net::Exchange&) {
                       keys.withdraw(*ApiKeyId::parse("worker"));
                       net::Response response = json_response(200, "hello");
                       response.after_write = [&told](bool) { told = true; };
                       return at_once(std::move(response));
                     }};
  route.lasting = Lasting::waits;
  const auto doors = doors_of(std::move(route));
  const net::Response refused = caller.call(doors[0].route, request_with("worker"));
  EXPECT_EQ(refused.status, 401);
  ASSERT_TRUE(refused.after_write);
  refused.after_write(true);
  EXPECT_TRUE(told);
}

/// A body that never ends.
class Endless final : public net::BodyParts {
 public:
  net::awaitable<std::optional<std::string>> next() override { co_return "part"; }
};

TEST_F(WithKey, a_stream_ends_before_the_part_after_its_key_is_revoked) {
  bool whole = true;
  AccountRoute route{KeyRole::jobs, net::Method::get, "/v2/{}/x", 0,
                     [&whole](Account, net::Request, net::Exchange&) {
                       net::Response response;
                       response.parts = std::make_shared<Endless>();
                       response.after_write = [&whole](bool written) { whole = written; };
                       return at_once(std::move(response));
                     }};
  route.lasting = Lasting::streams;
  const auto doors = doors_of(std::move(route));
  const net::Response response = caller.call(doors[0].route, request_with("worker", "stream=1"));
  ASSERT_TRUE(response.parts);
  for (int parts = 0; parts < 2; ++parts) EXPECT_EQ(caller.run(response.parts->next()), "part");
  keys.publish(key_of("late"));
  EXPECT_EQ(caller.run(response.parts->next()), "part") << "another key's change is no end";
  keys.withdraw(*ApiKeyId::parse("worker"));
  EXPECT_EQ(caller.run(response.parts->next()), std::nullopt);
  response.after_write(true);
  EXPECT_FALSE(whole) << "the response was not written to its end";
}

/// A server's context whose engine was never started: enough to make its doors, and to be refused at them.
class AllDoors : public WithKey {
 protected:
  std::vector<Door> doors(const CrossOrigins& origins = CrossOrigins("none")) {
    return all_doors(context, {}, origins);
  }

  engine::HandClock time;
  engine::ScriptedStore store;
  engine::NoEffects effects;
  engine::Engine plane{{}, store, time, effects};
  std::vector<std::unique_ptr<service::Asker>> askers;
  service::Sealing sealing{"no-such-folder/secret-key"};
  Context context{{plane, store, time, askers, {}, sealing}, {}, keys, WorkerTokens("secret"), {}};
};

std::string name_of(const net::Route& route) {
  return std::string(net::method_name(route.method)) + " " + route.pattern;
}

/// Management by REST v2 owns whole words below /v2, with all methods and paths.
bool is_rest_v2(const net::Route& route) {
  return route.pattern.starts_with("/v2/") && !route.pattern.starts_with("/v2/{}");
}

/// The access of each other door of the program. A new door needs its line here.
const std::map<std::string, Access> expected_access = {
    {"GET /", Access::everybody},
    {"GET /healthz", Access::everybody},
    {"GET /admin/v1/openapi.json", Access::everybody},
    {"GET /v2/{}/job-take/{}", Access::workers},
    {"GET /v2/{}/job-take-batch/{}", Access::workers},
    {"GET /v2/{}/job-stop/{}", Access::workers},
    {"GET /v2/{}/ping/{}", Access::workers},
    {"POST /v2/{}/job-done/{}/{}", Access::workers},
    {"POST /v2/{}/job-stream/{}/{}", Access::workers},
    {"POST /graphql", Access::all_keys},
    {"POST /graphql/", Access::all_keys},
    {"POST /v2/{}/worker-env", Access::all_keys},
    {"POST /v2/{}/workers/restart", Access::all_keys},
    {"GET /admin/v1/keys", Access::all_keys},
    {"POST /admin/v1/keys", Access::all_keys},
    {"GET /admin/v1/keys/{}", Access::all_keys},
    {"DELETE /admin/v1/keys/{}", Access::all_keys},
    {"GET /v1/pod/{}/logs", Access::all_keys},
    {"POST /v2/{}/run", Access::jobs_keys},
    {"POST /v2/{}/runsync", Access::jobs_keys},
    {"GET /v2/{}/status/{}", Access::jobs_keys},
    {"POST /v2/{}/status/{}", Access::jobs_keys},
    {"GET /v2/{}/status-sync/{}", Access::jobs_keys},
    {"POST /v2/{}/status-sync/{}", Access::jobs_keys},
    {"GET /v2/{}/stream/{}", Access::jobs_keys},
    {"POST /v2/{}/stream/{}", Access::jobs_keys},
    {"POST /v2/{}/cancel/{}", Access::jobs_keys},
    {"POST /v2/{}/retry/{}", Access::jobs_keys},
    {"POST /v2/{}/purge-queue", Access::jobs_keys},
    {"GET /v2/{}/health", Access::jobs_keys},
    {"GET /v2/{}/webhooks/{}", Access::jobs_keys},
    {"GET /v2/{}/metrics", Access::jobs_keys},
    {"GET /v2/{}/workers", Access::jobs_keys},
    {"GET /v2/{}/requests", Access::jobs_keys},
    {"GET /v2/{}/jobs/{}/events", Access::jobs_keys},
    {"GET /v2/{}/dead-letters", Access::jobs_keys},
    {"POST /v2/{}/dead-letters/requeue", Access::jobs_keys},
    {"GET /v2/{}/batch", Access::jobs_keys},
    {"POST /v2/{}/batch", Access::jobs_keys},
    {"GET /v2/{}/batch/{}", Access::jobs_keys},
    {"POST /v2/{}/batch/{}/finalize", Access::jobs_keys},
    {"POST /v2/{}/batch/{}/cancel", Access::jobs_keys},
    {"GET /v2/{}/batch/{}/requests", Access::jobs_keys},
    {"POST /v2/{}/batch/{}/requests", Access::jobs_keys},
    {"PUT /v2/{}/batch/{}/requests/{}", Access::jobs_keys},
    {"DELETE /v2/{}/batch/{}/requests/{}", Access::jobs_keys},
    {"GET /v2/{}/openai/{*}", Access::jobs_keys},
    {"POST /v2/{}/openai/{*}", Access::jobs_keys},
};

TEST_F(AllDoors, have_the_access_of_the_table) {
  std::map<std::string, Access> found;
  for (const Door& door : doors()) {
    if (is_rest_v2(door.route)) continue;
    EXPECT_TRUE(found.emplace(name_of(door.route), door.access).second) << name_of(door.route);
  }
  EXPECT_EQ(found, expected_access);
  for (const Door& door : doors(CrossOrigins("*"))) {
    const bool preflight = door.route.method == net::Method::options && !is_rest_v2(door.route);
    EXPECT_TRUE(!preflight || door.access == Access::everybody) << name_of(door.route);
  }
}

TEST_F(AllDoors, of_rest_v2_only_the_document_needs_no_key) {
  std::size_t with_key = 0;
  for (const Door& door : doors()) {
    if (!is_rest_v2(door.route)) continue;
    const bool open = door.route.pattern == "/v2/openapi.json" || door.route.method == net::Method::options;
    EXPECT_TRUE(open || door.access == Access::all_keys) << name_of(door.route);
    with_key += door.access == Access::all_keys;
  }
  EXPECT_GT(with_key, 100U);
}

TEST_F(AllDoors, refuse_whom_they_do_not_let_in) {
  const auto status = [this](const Door& door, const char* key) {
    net::Request request = request_with(key, "", "/v2/another/x/y");
    request.authorization.insert(0, "Bearer ");
    request.method = door.route.method;
    const auto admitted = door.route.admission ? door.route.admission(request) : std::nullopt;
    const int answered = caller.call(door.route, request).status;
    EXPECT_TRUE(!admitted || admitted->status == answered) << name_of(door.route);
    return answered;
  };
  for (const Door& door : doors()) {
    if (door.access != Access::all_keys && door.access != Access::jobs_keys) continue;
    EXPECT_EQ(status(door, "wrong"), 401) << name_of(door.route);
    EXPECT_EQ(status(door, "one"), 403) << name_of(door.route) << ", by a key of another endpoint";
    if (door.access == Access::jobs_keys) continue;
    EXPECT_EQ(status(door, "worker"), 403) << name_of(door.route);
  }
}

}  // namespace
}  // namespace pilotlight::api

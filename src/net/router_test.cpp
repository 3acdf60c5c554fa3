#include "net/router.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "net/text.hpp"

namespace pilotlight::net {
namespace {

Route route(Method method, std::string pattern) {
  Route made;
  made.method = method;
  made.pattern = std::move(pattern);
  return made;
}

class RouterTest : public ::testing::Test {
 protected:
  static std::vector<Route> routes() {
    std::vector<Route> all{route(Method::get, "/v2/{}/status/{}"), route(Method::post, "/v2/{}/status/{}"),
                           route(Method::post, "/v2/{}/run"),      route(Method::get, "/v2/{}/take/{}"),
                           route(Method::get, "/files/{*}"),       route(Method::get, "/")};
    all[3].head_requests = HeadRequests::refused;
    return all;
  }
  std::string found(Method method, std::string_view path) const {
    const Router::Match match = router_.find(method, path);
    return match.route == nullptr ? "none, allowed: " + match.allowed : match.route->pattern;
  }
  const Router router_{routes()};
};

TEST_F(RouterTest, finds_by_method_and_segments) {
  EXPECT_EQ(found(Method::get, "/v2/ep/status/job"), "/v2/{}/status/{}");
  EXPECT_EQ(found(Method::post, "/v2/ep/status/job"), "/v2/{}/status/{}");
  EXPECT_EQ(found(Method::get, "/"), "/");
  EXPECT_EQ(found(Method::get, "/files/a/b/c"), "/files/{*}");
}

TEST_F(RouterTest, says_which_methods_a_path_knows) {
  EXPECT_EQ(found(Method::delete_, "/v2/ep/status/job"), "none, allowed: GET, POST");
  EXPECT_EQ(found(Method::get, "/v2/ep/run"), "none, allowed: POST");
  EXPECT_EQ(found(Method::other, "/v2/ep/run"), "none, allowed: POST");
}

TEST(Router, a_route_for_options_is_found_and_not_told) {
  const Router router({route(Method::options, "/x"), route(Method::post, "/x")});
  EXPECT_NE(router.find(Method::options, "/x").route, nullptr);
  EXPECT_EQ(router.find(Method::get, "/x").allowed, "POST");
}

TEST(Router, literals_win_in_any_order_of_registration) {
  std::vector<Route> routes{route(Method::post, "/v2/{}/run"),      route(Method::get, "/v2/things/{*}"),
                            route(Method::get, "/v2/{}/{}"),        route(Method::get, "/v2/things/{}"),
                            route(Method::get, "/v2/things/first"), route(Method::get, "/v2/{}/run/{*}"),
                            route(Method::get, "/v2/things")};
  for (int turn = 0; turn < 2; ++turn) {
    const Router router(routes);
    const auto found = [&router](std::string_view path) {
      return router.find(Method::get, path).route->pattern;
    };
    EXPECT_EQ(found("/v2/things"), "/v2/things");
    EXPECT_EQ(found("/v2/things/first"), "/v2/things/first");
    EXPECT_EQ(found("/v2/things/run"), "/v2/things/{}");
    EXPECT_EQ(found("/v2/things/run/more"), "/v2/things/{*}");
    EXPECT_EQ(found("/v2/things/"), "/v2/things/{*}");
    EXPECT_EQ(found("/v2/other/first"), "/v2/{}/{}");
    EXPECT_EQ(found("/v2/other/run/more"), "/v2/{}/run/{*}");
    std::reverse(routes.begin(), routes.end());
  }
}

TEST(Router, a_path_belongs_to_one_pattern_with_all_its_methods) {
  const Router router({route(Method::post, "/v2/{}/run"), route(Method::get, "/v2/things/{}")});
  const Router::Match match = router.find(Method::post, "/v2/things/run");
  EXPECT_EQ(match.route, nullptr);
  EXPECT_EQ(match.allowed, "GET");
}

TEST(Router, two_equal_patterns_are_a_problem) {
  EXPECT_EQ(Router::problem(
                {route(Method::get, "/a/{}"), route(Method::post, "/a/{}"), route(Method::get, "/a/b")}),
            "");
  EXPECT_EQ(Router::problem({route(Method::get, "/a/{}"), route(Method::get, "a/{}")}),
            "two routes have the pattern a/{} and the method GET; give each request one");
}

TEST_F(RouterTest, knows_no_other_paths) {
  for (const char* path :
       {"/v2", "/v2/ep", "/v2/ep/run/", "/v2//run", "/v2/ep/status", "/v2/ep/status/", "//v2/ep/run",
        "/V2/ep/run", "/v2/ep/run/more", "v2/ep/walk", "/%76%32/ep/run", ""})
    EXPECT_EQ(found(Method::post, path), "none, allowed: " + std::string(*path == '\0' ? "GET" : "")) << path;
}

TEST_F(RouterTest, a_head_is_a_get_unless_the_get_hands_something_over) {
  EXPECT_EQ(found(Method::head, "/v2/ep/status/job"), "/v2/{}/status/{}");
  EXPECT_EQ(found(Method::head, "/v2/ep/take/w"), "none, allowed: GET");
  EXPECT_EQ(found(Method::head, "/v2/ep/run"), "none, allowed: POST");
}

TEST(Text, percent_decoding_is_strict) {
  EXPECT_EQ(percent_decode("a%20b+c", true), "a b c");
  EXPECT_EQ(percent_decode("a%20b+c", false), "a b+c");
  EXPECT_EQ(percent_decode("%e2%82%AC%00", false), std::string("\xE2\x82\xAC\0", 4));
  for (const char* bad : {"%", "%4", "%zz", "a%", "%%%", "% 41"})
    EXPECT_EQ(percent_decode(bad, true), std::nullopt) << bad;
}

TEST(Text, parameters_are_found_by_their_whole_name) {
  Request request;
  request.query = "a=1&b=x%20y+z&c&gpu=%GG&a=2&=v&&d==e&%61b=3";
  EXPECT_EQ(request.parameter("a"), "1") << "the first one";
  EXPECT_EQ(request.parameter("b"), "x y z");
  EXPECT_EQ(request.parameter("c"), "");
  EXPECT_EQ(request.parameter("d"), "=e");
  EXPECT_EQ(request.parameter("gpu"), std::nullopt);
  EXPECT_EQ(request.parameter("gp"), std::nullopt);
  EXPECT_EQ(request.parameter("absent"), std::nullopt);
}

TEST(Text, captures_are_decoded) {
  EXPECT_EQ(captures("/v2/{}/status/{}", "/v2/ep%31/status/job"),
            (boost::container::small_vector<std::string, 4>{"ep1", "job"}));
  EXPECT_EQ(captures("/v2/{}/status/{}", "/v2/%zz/status/a%2Fb"),
            (boost::container::small_vector<std::string, 4>{"", "a/b"}));
}

}  // namespace
}  // namespace pilotlight::net

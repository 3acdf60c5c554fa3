#include "api/cross_origin.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

std::string allowed(std::string_view list, std::string origin) {
  net::Request request;
  request.fields.emplace_back(net::Field::origin, std::move(origin));
  return CrossOrigins(list).allowed(request);
}

TEST(CrossOrigins, all_some_or_none) {
  EXPECT_EQ(allowed("*", "https://a.example"), "*");
  EXPECT_EQ(allowed("*", "null"), "*") << "a page from a file";
  EXPECT_EQ(allowed("*", ""), "");
  const char* two = "https://a.example, http://localhost:3000";
  EXPECT_EQ(allowed(two, "https://a.example"), "https://a.example");
  EXPECT_EQ(allowed(two, "http://localhost:3000"), "http://localhost:3000");
  for (const char* other : {"https://a.example.org", "http://a.example", "https://b.a.example",
                            "https://a.exampl", "http://localhost", "http://localhost:30001", "null", ""})
    EXPECT_EQ(allowed(two, other), "") << other;
  EXPECT_EQ(allowed("none", "https://a.example"), "");
  EXPECT_TRUE(CrossOrigins("none").none());
  EXPECT_FALSE(CrossOrigins("*").none());
}

TEST(CrossOrigins, what_is_no_origin_is_refused) {
  for (const char* good : {"none", "*", "https://a.example", "http://127.0.0.1:8080,https://b",
                           "http://[::1]:3000", "chrome-extension://abcdef"})
    EXPECT_EQ(CrossOrigins::problem(good), "") << good;
  for (const char* bad :
       {"", "a.example", "https://a.example/", "https://a.example/path", "*,https://a", "https://", "://a",
        "https://A.example", "https://a b", "https://a,,https://b", "https://*.example"})
    EXPECT_NE(CrossOrigins::problem(bad), "") << bad;
}

TEST(CrossOrigins, without_any_the_doors_stay_as_they_are) {
  std::vector<Door> doors;
  for (const net::Method method : {net::Method::get, net::Method::post}) {
    net::Route route;
    route.method = method;
    route.pattern = "/x";
    doors.emplace_back(Access::jobs_keys, route);
  }
  EXPECT_EQ(with_cross_origin(CrossOrigins("none"), doors).size(), 2U);
  const auto more = with_cross_origin(CrossOrigins("*"), doors);
  ASSERT_EQ(more.size(), 3U);
  EXPECT_EQ(more[2].route.method, net::Method::options);
  EXPECT_EQ(more[2].access, Access::everybody);
}

}  // namespace
}  // namespace pilotlight::api

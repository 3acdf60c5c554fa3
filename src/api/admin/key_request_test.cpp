#include "api/admin/key_request.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

std::string problem_of(std::string body) {
  const auto key = parse_key_request(make_body(std::move(body)));
  return key ? std::string() : key.error().message;
}

TEST(KeyRequest, has_a_role_and_perhaps_a_name_and_endpoints) {
  const auto all = parse_key_request(make_body(R"({"role":"all"})"));
  ASSERT_TRUE(all);
  EXPECT_EQ(all->role, KeyRole::all);
  EXPECT_FALSE(all->endpoints);
  const auto jobs = parse_key_request(
      make_body(R"( {"endpoints" : [ "abc" , "d1" ] , "name":"caf\u00e9", "role":"\u006aobs"} )"));
  ASSERT_TRUE(jobs);
  EXPECT_EQ(jobs->role, KeyRole::jobs);
  EXPECT_EQ(jobs->name, "caf\xc3\xa9");
  ASSERT_TRUE(jobs->endpoints);
  EXPECT_EQ(jobs->endpoints->size(), 2U);
}

TEST(KeyRequest, the_last_of_two_equal_names_counts) {
  const auto key =
      parse_key_request(make_body(R"({"role":"all","role":"jobs","endpoints":["a"],"endpoints":["b"]})"));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->role, KeyRole::jobs);
  ASSERT_EQ(key->endpoints->size(), 1U);
  EXPECT_EQ(key->endpoints->front().view(), "b");
}

TEST(KeyRequest, what_is_wrong_is_named) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "the body is empty; send {\"role\": \"jobs\"} or {\"role\": \"all\"}"},
      {"{", "the body is not valid JSON: incomplete JSON at byte 1"},
      {"[]", "the body must be a JSON object with a \"role\""},
      {"null", "the body must be a JSON object with a \"role\""},
      {"{}", "role is missing; it must be \"all\" or \"jobs\""},
      {R"({"role":null})", "role must be \"all\" or \"jobs\""},
      {R"({"role":1})", "role must be \"all\" or \"jobs\""},
      {R"({"role":"JOBS"})", "role must be \"all\" or \"jobs\""},
      {R"({"role":"jobs","name":null})", "name must be a string; leave it out for a key without a name"},
      {R"({"role":"jobs","name":["a"]})", "name must be a string; leave it out for a key without a name"},
      {R"({"role":"jobs","endpoints":null})",
       "endpoints must be an array of ids of endpoints; leave it out for a key of every endpoint"},
      {R"({"role":"jobs","endpoints":"abc"})",
       "endpoints must be an array of ids of endpoints; leave it out for a key of every endpoint"},
      {R"({"role":"jobs","endpoints":{"a":1}})",
       "endpoints must be an array of ids of endpoints; leave it out for a key of every endpoint"},
      {R"({"role":"jobs","endpoints":["abc",7]})", "endpoints[1] is not the id of an endpoint"},
      {R"({"role":"jobs","endpoints":["ABC"]})", "endpoints[0] is not the id of an endpoint"},
      {R"({"role":"jobs","endpoints":["a","b/c"]})", "endpoints[1] is not the id of an endpoint"},
      {R"({"role":"jobs","Role":"all"})",
       "there is no field \"Role\"; an API key has name, role and endpoints"},
  };
  for (const auto& [body, problem] : cases) EXPECT_EQ(problem_of(body), problem) << body;
}

}  // namespace
}  // namespace pilotlight::api

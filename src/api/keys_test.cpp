#include "api/keys.hpp"

#include <gtest/gtest.h>

#include "service/secrets.hpp"

namespace pilotlight::api {
namespace {

using service::sha256_hex;

net::Request with(std::string authorization, std::string query = {}) {
  net::Request request;
  request.authorization = std::move(authorization);
  request.query = std::move(query);
  return request;
}

TEST(ApiKeys, are_accepted_in_every_form_and_the_header_decides) {
  using Verdict = ApiKeys::Verdict;
  const ApiKeys keys({sha256_hex("first"), sha256_hex("second")});
  const std::tuple<const char*, const char*, Verdict> cases[] = {
      {"Bearer first", "", Verdict::accepted},
      {"bearer second", "", Verdict::accepted},
      {"first", "", Verdict::accepted},
      {"  first  ", "", Verdict::accepted},
      {"", "api_key=first", Verdict::accepted},
      {"", "x=y&api_key=sec%6Fnd", Verdict::accepted},
      {"", "", Verdict::absent},
      {"Bearer ", "", Verdict::absent},
      {"Bearer ", "api_key=", Verdict::absent},
      {"Bearer wrong", "", Verdict::wrong},
      {"Bearer wrong", "api_key=first", Verdict::wrong},
      {"Bearer first", "api_key=wrong", Verdict::accepted},
      {"First", "", Verdict::wrong},
      {"firs", "", Verdict::wrong},
      {"Basic first", "", Verdict::wrong},
      {"", "API_KEY=first", Verdict::absent},
  };
  for (const auto& [header, query, verdict] : cases)
    EXPECT_EQ(keys.judge(with(header, query)), verdict) << header << " ? " << query;
  EXPECT_EQ(ApiKeys({}).judge(with("Bearer first")), Verdict::wrong);
}

}  // namespace
}  // namespace pilotlight::api

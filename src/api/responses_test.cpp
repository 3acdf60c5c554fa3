#include "api/responses.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

TEST(Responses, every_refusal_has_its_status) {
  const std::pair<Errc, int> cases[] = {
      {Errc::invalid, 400},  {Errc::unauthorized, 401}, {Errc::not_found, 404},   {Errc::too_large, 400},
      {Errc::conflict, 409}, {Errc::busy, 429},         {Errc::unavailable, 503}, {Errc::no_space, 503},
      {Errc::io, 500},       {Errc::corrupt, 500},      {Errc::timed_out, 500},   {Errc::internal, 500},
  };
  for (const auto& [code, status] : cases) {
    const net::Response response = refused({code, "say \"this\"\n"});
    EXPECT_EQ(response.status, status);
    EXPECT_EQ(response.content_type, "application/json");
    EXPECT_EQ(response.head, "{\"error\":\"say \\\"this\\\"\\n\"}");
    const bool again = status == 429 || status == 503;
    EXPECT_EQ(response.headers.empty(), !again) << "who may come again is told when";
  }
}

TEST(Responses, missing_and_wrong_keys_get_the_public_gateways_answers) {
  EXPECT_EQ(unauthorized(ApiKeys::Verdict::absent).head,
            R"({"status":401,"title":"Unauthorized","detail":"no token provided"})");
  EXPECT_EQ(unauthorized(ApiKeys::Verdict::wrong).head,
            R"({"status":401,"title":"Unauthorized","detail":"invalid api key"})");
}

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

TEST(WorkerTokens, prove_one_worker_through_the_query_alone) {
  const WorkerTokens tokens("secret"), others("another secret");
  const WorkerId one = WorkerId::parse("abcdefghij0123").value();
  const WorkerId other = WorkerId::parse("abcdefghij0124").value();
  EXPECT_TRUE(tokens.accepts(with("anything", "gpu=x&token=" + tokens.token(one)), one));
  EXPECT_FALSE(tokens.accepts(with("", "token=" + tokens.token(other)), one));
  EXPECT_FALSE(tokens.accepts(with("", "token=" + others.token(one)), one));
  EXPECT_FALSE(tokens.accepts(with(tokens.token(one), ""), one));
  EXPECT_FALSE(tokens.accepts(with("", "token="), one));
  EXPECT_FALSE(tokens.accepts(with("", "token=" + tokens.token(one).substr(1)), one));
  EXPECT_EQ(tokens.token(one), "5b0461386a56a9d2a78aa3f95a375187")
      << "HMAC-SHA256, which workers of another version have too";
}

TEST(Secrets, hashes_are_sha256) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_NE(random_hex(16), random_hex(16));
  EXPECT_EQ(random_hex(16).size(), 32U);
}

}  // namespace
}  // namespace pilotlight::api

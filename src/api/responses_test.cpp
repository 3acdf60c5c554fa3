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

TEST(Responses, keys_at_a_door_that_they_do_not_open_get_a_403) {
  for (const auto verdict : {ApiKeys::Verdict::role, ApiKeys::Verdict::endpoint}) {
    const net::Response response = unauthorized(verdict);
    EXPECT_EQ(response.status, 403);
    EXPECT_TRUE(response.head.starts_with(R"({"status":403,"title":"Forbidden","detail":"this API key )"))
        << response.head;
  }
}

}  // namespace
}  // namespace pilotlight::api

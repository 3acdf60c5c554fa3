#include "api/jobs/idempotency.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

net::Request with_keys(const std::vector<std::string>& keys) {
  net::Request request;
  request.fields.emplace_back(net::Field::origin, "https://app.example.org");
  for (const std::string& key : keys) request.fields.emplace_back(net::Field::idempotency_key, key);
  return request;
}

TEST(IdempotencyKey, is_what_the_header_says) {
  EXPECT_EQ(*idempotency_key_of(with_keys({})), std::nullopt);
  for (const std::string& good :
       {std::string("a"), std::string("\"8e03978e-40d5\""), std::string("!~"), std::string(255, 'k')})
    EXPECT_EQ(*idempotency_key_of(with_keys({good})), good);
}

TEST(IdempotencyKey, is_refused_if_it_cannot_be_one) {
  for (const std::string& bad :
       {std::string(), std::string(" "), std::string("a b"), std::string("a\tb"), std::string("a\x7f"),
        std::string("k\xc3\xa9y"), std::string("a\0b", 3), std::string(256, 'k')})
    EXPECT_EQ(idempotency_key_of(with_keys({bad})).error().code, Errc::invalid) << bad;
}

TEST(IdempotencyKey, is_refused_twice) {
  EXPECT_FALSE(idempotency_key_of(with_keys({"a", "b"})));
  EXPECT_FALSE(idempotency_key_of(with_keys({"a", "a"}))) << "also if both are the same";
}

}  // namespace
}  // namespace pilotlight::api

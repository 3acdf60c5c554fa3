// The first API key as earlier versions stored it.
#include <gtest/gtest.h>

#include "store/codec.hpp"

namespace pilotlight::store {
namespace {

TEST(StoredFirstKey, of_older_versions_has_no_times) {
  using namespace std::string_view_literals;
  const std::pair<std::string_view, AccountId> cases[] = {
      {"\x01\x58\x71\x35\x8c\x02\x00\x00\x00\x61\x61"sv, AccountId::first},
      {"\x02\x32\x5f\xb5\x19\x02\x00\x00\x00\x61\x61\x07\x00\x00\x00"sv, AccountId{7}},
  };
  for (const auto& [bytes, account] : cases) {
    const auto key = from_stored<record::ApiKeySaved>(bytes, "x");
    ASSERT_TRUE(key) << key.error().message;
    EXPECT_EQ(key->sha256_hex, "aa");
    EXPECT_EQ(key->account, account);
    EXPECT_EQ(key->made, Timestamp{});
    EXPECT_EQ(key->value().id, first_key);
  }
}

}  // namespace
}  // namespace pilotlight::store

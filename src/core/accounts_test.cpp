// API keys, and what the account's user sets.
#include <gtest/gtest.h>

#include "core/plane_test.hpp"

namespace pilotlight::core {
namespace {

class AccountsOf : public testing::Test {
 protected:
  static command::MakeApiKey new_key(const std::string& id, KeyRole role = KeyRole::jobs) {
    command::MakeApiKey make;
    make.key.id = *ApiKeyId::parse(id);
    make.key.sha256_hex = "hash of " + id;
    make.key.role = role;
    return make;
  }
  void refuse(const command::MakeApiKey& make, Errc code, const std::string& message) {
    const auto refused = plane.ask<answer::Refused>(make);
    EXPECT_EQ(refused.code, code);
    EXPECT_EQ(refused.message, message);
  }
  std::vector<ApiKey> read() {
    std::vector<ApiKey> all;
    for (const auto& key : plane.ask<answer::ApiKeys>(command::ReadApiKeys{}).keys) all.push_back(*key);
    return all;
  }

  Plane plane;
};

TEST_F(AccountsOf, keys_are_published_before_whoever_made_them_is_told) {
  const auto made = plane.ask<answer::ApiKeys>(new_key("key000000001")).keys.at(0);
  EXPECT_EQ(made->made, plane.now());
  EXPECT_EQ(made->used, Timestamp{});
  const auto published = plane.all<effect::PublishKey>();
  ASSERT_EQ(published.size(), 1U);
  EXPECT_EQ(published[0].key, made);
  plane.ask<answer::Acknowledged>(command::RevokeApiKey{ticket_none, made->id});
  const auto withdrawn = plane.all<effect::WithdrawKey>();
  ASSERT_EQ(withdrawn.size(), 1U);
  EXPECT_EQ(withdrawn[0].id, made->id);
  EXPECT_TRUE(read().empty());
  EXPECT_EQ(plane.ask<answer::Refused>(command::RevokeApiKey{ticket_none, made->id}).code, Errc::not_found);
}

TEST_F(AccountsOf, keys_are_listed_in_order_of_creation_also_after_a_restart) {
  plane.ask<answer::ApiKeys>(new_key("z00000000000"));
  plane.ask<answer::Acknowledged>(command::SaveApiKey{ticket_none, "first hash"});
  plane.pass(milliseconds{5});
  plane.ask<answer::ApiKeys>(new_key("a00000000000", KeyRole::all));
  const std::vector<ApiKey> before = read();
  ASSERT_EQ(before.size(), 3U);
  EXPECT_EQ(before[0].id, first_key);
  EXPECT_EQ(before[1].id.view(), "z00000000000");
  EXPECT_EQ(before[2].id.view(), "a00000000000");
  plane.restart({});
  EXPECT_EQ(read(), before);
  EXPECT_EQ(plane.ask<answer::ApiKeys>(command::ReadApiKeys{ticket_none, first_key}).keys.size(), 1U);
}

TEST_F(AccountsOf, the_first_key_is_replaced_and_not_revoked) {
  plane.ask<answer::Acknowledged>(command::SaveApiKey{ticket_none, "old"});
  EXPECT_EQ(plane.ask<answer::Refused>(command::RevokeApiKey{ticket_none, first_key}).message,
            "the first key cannot be revoked, only replaced: start the server with another key in "
            "PILOTLIGHT_API_KEY");
  const Timestamp made = read().at(0).made;
  plane.pass(milliseconds{5});
  plane.ask<answer::Acknowledged>(command::SaveApiKey{ticket_none, "old"});
  EXPECT_EQ(read().at(0).made, made);
  plane.ask<answer::Acknowledged>(command::SaveApiKey{ticket_none, "new"});
  EXPECT_EQ(read().at(0).sha256_hex, "new");
  EXPECT_GT(read().at(0).made, made);
}

TEST_F(AccountsOf, keys_that_make_no_sense_are_refused) {
  command::MakeApiKey make = new_key("key000000001", KeyRole::all);
  make.key.endpoints.emplace({plane.make_idle_endpoint()});
  refuse(make, Errc::invalid,
         "a key of the role all opens every endpoint; leave endpoints out, or make a key of the role jobs");
  make.key.role = KeyRole::jobs;
  make.key.endpoints->push_back(*EndpointId::parse("nowhere"));
  refuse(make, Errc::invalid, "there is no endpoint \"nowhere\" for the key to name");
  make.key.endpoints->clear();
  refuse(make, Errc::invalid, "endpoints is empty; leave it out for a key of every endpoint");
  make.key.endpoints->resize(key_endpoints_max + 1);
  refuse(make, Errc::invalid,
         "a key names at most 100 endpoints; leave endpoints out for a key of every endpoint");
  make.key.endpoints.reset();
  make.key.name = std::string(192, 'n');
  refuse(make, Errc::invalid, "name must not have more than 191 bytes");
  for (const char* name : {"a\nb", "\x7f", "a\xc2\x9b"}) {
    make.key.name = name;
    refuse(make, Errc::invalid, "name must not have control characters");
  }
  make.key.name = "caf\xc3\xa9 \xc2\xb5";
  plane.ask<answer::ApiKeys>(make);
  refuse(make, Errc::conflict, "this API key exists already");
}

TEST_F(AccountsOf, key_keeps_the_endpoints_that_were_deleted) {
  const EndpointId endpoint = plane.make_idle_endpoint();
  command::MakeApiKey make = new_key("key000000001");
  make.key.endpoints.emplace({endpoint});
  plane.ask<answer::ApiKeys>(make);
  plane.ask<answer::Deleted>(command::DeleteEndpoint{ticket_none, endpoint, true});
  const ApiKey key = read().at(0);
  ASSERT_TRUE(key.endpoints);
  EXPECT_EQ(key.endpoints->size(), 1U);
  EXPECT_FALSE(key.names(plane.make_idle_endpoint()));
}

TEST_F(AccountsOf, key_beyond_the_limit_is_refused_until_one_is_revoked) {
  for (std::size_t i = 0; i < api_keys_max; ++i)
    plane.apply(new_key("k" + std::to_string(10'000'000'000 + i)));
  refuse(new_key("one000000000"), Errc::conflict,
         "there are 10000 API keys, and no more can be made; revoke some that nobody uses");
  plane.ask<answer::Acknowledged>(command::RevokeApiKey{ticket_none, *ApiKeyId::parse("k10000000000")});
  plane.ask<answer::ApiKeys>(new_key("one000000000"));
}

TEST_F(AccountsOf, use_is_saved_once_an_hour_and_never_goes_back) {
  plane.ask<answer::ApiKeys>(new_key("key000000001"));
  const ApiKeyId id = *ApiKeyId::parse("key000000001");
  const auto saved_by_use = [&] {
    const std::size_t before = plane.records.size();
    plane.apply(command::NoteKeyUse{id});
    return plane.records.size() - before;
  };
  EXPECT_EQ(saved_by_use(), 1U);
  EXPECT_EQ(saved_by_use(), 0U);
  const Timestamp used = read().at(0).used;
  EXPECT_LE(used, plane.now());
  EXPECT_GT(used + key_use_grain, plane.now());
  EXPECT_EQ(used.time_since_epoch() % key_use_grain, milliseconds{0});
  plane.pass(key_use_grain);
  EXPECT_EQ(saved_by_use(), 1U);
  EXPECT_EQ(read().at(0).used, used + key_use_grain);
  plane.ask<answer::Acknowledged>(command::RevokeApiKey{ticket_none, id});
  EXPECT_EQ(saved_by_use(), 0U) << "a use that was under way brings no key back";
}

TEST_F(AccountsOf, public_key_is_bounded_and_part_of_the_catalog) {
  const auto shown = [this] {
    return plane.ask<answer::Catalog>(command::ReadCatalog{}).content->public_key;
  };
  EXPECT_EQ(shown(), nullptr);
  const auto save = [](std::size_t bytes) {
    return command::SaveAccountSettings{ticket_none, {AccountId::first, std::string(bytes, 'k')}};
  };
  plane.ask<answer::Acknowledged>(save(65'536));
  EXPECT_EQ(plane.ask<answer::Refused>(save(65'537)).message, "pubKey must not have more than 65536 bytes");
  plane.restart({});
  ASSERT_NE(shown(), nullptr);
  EXPECT_EQ(shown()->size(), 65'536U);
}

}  // namespace
}  // namespace pilotlight::core

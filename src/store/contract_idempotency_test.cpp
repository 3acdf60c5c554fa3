// What every store keeps of Idempotency-Keys.
#include "store/contract_test.hpp"

namespace pilotlight::store::testing {
namespace {

Idempotency named(std::string key, RowNumber row, std::int64_t expires_ms) {
  return {
      endpoint, {std::move(key), std::string("\0\xff hash", 7)}, job(row).id, timestamp_from_ms(expires_ms)};
}

constexpr Timestamp at(std::int64_t ms) {
  return timestamp_from_ms(ms);
}

TEST_P(StoreContract, keeps_what_an_idempotency_key_names_until_it_expires) {
  Idempotency elsewhere = named("k", 702, 5'000);
  elsewhere.endpoint = *EndpointId::parse("endpoint000002");
  commit({record::IdempotencySaved{named("k", 700, 5'000)}, record::IdempotencySaved{named("K", 701, 6'000)},
          record::IdempotencySaved{elsewhere}});
  subject_->reopen();
  EXPECT_EQ(*store().idempotency(endpoint, "k", at(4'999)), named("k", 700, 5'000));
  EXPECT_EQ(*store().idempotency(endpoint, "K", at(4'999)), named("K", 701, 6'000));
  EXPECT_EQ(*store().idempotency(elsewhere.endpoint, "k", at(4'999)), elsewhere);
  EXPECT_EQ(*store().idempotency(endpoint, "k", at(5'000)), std::nullopt);
  EXPECT_EQ(*store().idempotency(endpoint, "kk", at(1'000)), std::nullopt);
  EXPECT_EQ(*store().idempotency(endpoint, "", at(1'000)), std::nullopt);
  EXPECT_TRUE(loaded().empty()) << "a matter of the store alone";
}

TEST_P(StoreContract, an_idempotency_key_that_expired_names_something_else) {
  commit({record::IdempotencySaved{named("k", 700, 5'000)}});
  commit({record::IdempotencySaved{named("k", 710, 9'000)}}, {}, 5'000);
  subject_->reopen();
  EXPECT_EQ(*store().idempotency(endpoint, "k", at(5'000)), named("k", 710, 9'000));
  store().maintain(at(5'000 + 61'000));
  EXPECT_EQ(*store().idempotency(endpoint, "k", at(8'999)), named("k", 710, 9'000))
      << "what it named before does not take it along";
}

TEST_P(StoreContract, idempotency_keys_go_once_they_have_expired) {
  std::vector<Record> records{record::IdempotencySaved{named("stays", 700, 900'000)}};
  for (RowNumber i = 0; i < 1'200; ++i)
    records.push_back(record::IdempotencySaved{named("k" + std::to_string(i), 700 + i, 2'000)});
  commit(records);
  for (int round = 0; round < 3; ++round) store().maintain(at(2'000 + 61'000));
  subject_->reopen();
  for (RowNumber i = 0; i < 1'200; ++i)
    ASSERT_EQ(*store().idempotency(endpoint, "k" + std::to_string(i), at(1)), std::nullopt) << i;
  EXPECT_EQ(*store().idempotency(endpoint, "stays", at(1)), named("stays", 700, 900'000));
}

}  // namespace
}  // namespace pilotlight::store::testing

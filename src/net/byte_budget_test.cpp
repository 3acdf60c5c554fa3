#include "net/byte_budget.hpp"

#include <gtest/gtest.h>

#include <string>

#include "net/shares.hpp"

namespace pilotlight::net {
namespace {

TEST(ByteBudget, grants_until_it_is_used_up) {
  ByteBudget budget(100);
  EXPECT_TRUE(budget.acquire(60, {}));
  EXPECT_TRUE(budget.acquire(40, {}));
  EXPECT_EQ(budget.left(), 0U);
  EXPECT_FALSE(budget.contended());
  EXPECT_FALSE(budget.acquire(1, [] {}));
  EXPECT_TRUE(budget.contended());
}

TEST(ByteBudget, who_waits_is_served_in_order_even_when_a_later_one_would_fit) {
  ByteBudget budget(100);
  std::string served;
  EXPECT_TRUE(budget.acquire(100, {}));
  EXPECT_FALSE(budget.acquire(80, [&] { served += 'a'; }));
  EXPECT_FALSE(budget.acquire(10, [&] { served += 'b'; }));
  EXPECT_FALSE(budget.acquire(50, [&] { served += 'c'; }));
  budget.give_back(30);
  EXPECT_EQ(served, "") << "a large one is not starved by small ones";
  budget.give_back(70);
  EXPECT_EQ(served, "ab");
  budget.give_back(80);
  EXPECT_EQ(served, "abc");
  EXPECT_FALSE(budget.contended());
  EXPECT_EQ(budget.left(), 40U);
}

TEST(ByteBudget, calls_nobody_whom_it_has_forgotten) {
  ByteBudget budget(100);
  auto held = std::make_shared<int>(0);
  EXPECT_TRUE(budget.acquire(100, {}));
  EXPECT_FALSE(budget.acquire(50, [held] { ++*held; }));
  budget.forget_waiting();
  EXPECT_FALSE(budget.contended());
  budget.give_back(100);
  EXPECT_EQ(*held, 0);
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(budget.left(), 100U);
}

TEST(ByteBudget, what_exceeds_the_whole_budget_is_charged_the_whole) {
  ByteBudget budget(100);
  EXPECT_EQ(budget.charge(1'000), 100U);
  EXPECT_EQ(budget.charge(99), 99U);
  EXPECT_TRUE(budget.acquire(budget.charge(1'000), {}));
}

TEST(Shares, one_name_has_one_share_while_somebody_holds_it) {
  Shares shares(100, 2);
  auto first = shares.of("a");
  EXPECT_EQ(first, shares.of("a"));
  EXPECT_NE(first, shares.of("b"));
  EXPECT_EQ(shares.size(), 1U) << "nobody holds b any more";
  EXPECT_TRUE(first->bytes.acquire(100, {}));
  EXPECT_EQ(shares.of("a")->bytes.left(), 0U);
  first->bytes.give_back(100);
  first.reset();
  EXPECT_EQ(shares.size(), 0U);
  EXPECT_EQ(shares.of("a")->bytes.left(), 100U);
}

TEST(Shares, a_call_is_given_back_when_it_ends) {
  Shares shares(100, 2);
  const auto share = shares.of("a");
  bool served = false;
  EXPECT_TRUE(share->calls.acquire(1, {}));
  EXPECT_TRUE(share->calls.acquire(1, {}));
  EXPECT_FALSE(share->calls.acquire(1, [&] { served = true; }));
  { const Call ended(share); }
  EXPECT_TRUE(served);
  { const Call nobodys(nullptr); }
}

}  // namespace
}  // namespace pilotlight::net

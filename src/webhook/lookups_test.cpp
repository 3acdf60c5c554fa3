#include "webhook/lookups.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <future>
#include <thread>

namespace pilotlight::webhook {
namespace {

namespace asio = net::asio;

struct Hearer final : Lookups::Waiter {
  void resolved(const Result<Addresses>& result) override { found = result; }
  std::optional<Result<Addresses>> found;
};

/// A name server that answers all who ask once the gate is open.
struct Server {
  std::promise<void> gate;
  std::shared_future<void> open{gate.get_future()};
  std::atomic<std::size_t> asked{0};

  Result<Addresses> operator()(const std::string& name) {
    ++asked;
    open.wait();
    if (name == "bad") return refusal(Errc::io, "unknown");
    return Addresses{asio::ip::make_address("192.0.2.1")};
  }
};

struct LookupsTest : ::testing::Test {
  std::shared_ptr<Server> server = std::make_shared<Server>();
  std::shared_ptr<asio::io_context> context = std::make_shared<asio::io_context>(1);
  asio::executor_work_guard<net::Executor> guard{context->get_executor()};
  std::optional<Lookups> lookups{std::in_place, context,
                                 [server = server](const std::string& name) { return (*server)(name); }};

  std::shared_ptr<Hearer> ask(const std::string& name) {
    auto hearer = std::make_shared<Hearer>();
    lookups->find(name, hearer);
    return hearer;
  }
  void run_until_heard(const Hearer& hearer) {
    while (!hearer.found) context->run_one();
  }
};

TEST_F(LookupsTest, tells_all_who_asked_and_asks_once_for_them) {
  const auto one = ask("good"), two = ask("good"), bad = ask("bad");
  server->gate.set_value();
  run_until_heard(*one);
  run_until_heard(*two);
  run_until_heard(*bad);
  EXPECT_EQ(one->found->value(), two->found->value());
  EXPECT_EQ(one->found->value().at(0).to_string(), "192.0.2.1");
  EXPECT_EQ(bad->found->error().message, "unknown");
  EXPECT_EQ(server->asked, 2U);
}

TEST_F(LookupsTest, asks_again_after_an_answer) {
  server->gate.set_value();
  run_until_heard(*ask("good"));
  run_until_heard(*ask("good"));
  EXPECT_EQ(server->asked, 2U);
}

TEST_F(LookupsTest, queues_lookups_beyond_its_bound_and_drops_abandoned_ones) {
  std::vector<std::shared_ptr<Hearer>> hearers;
  for (std::size_t i = 0; i < Lookups::at_once; ++i) hearers.push_back(ask("name" + std::to_string(i)));
  ask("given up");
  const auto last = ask("last");
  while (server->asked < Lookups::at_once) std::this_thread::yield();
  server->gate.set_value();
  run_until_heard(*last);
  for (const auto& hearer : hearers) run_until_heard(*hearer);
  EXPECT_EQ(server->asked, Lookups::at_once + 1);
}

TEST_F(LookupsTest, may_end_before_its_lookups) {
  const auto hearer = ask("good");
  lookups.reset();
  server->gate.set_value();
  guard.reset();
  const std::weak_ptr<Server> gone = server;
  server.reset();
  while (!gone.expired()) std::this_thread::yield();
  context->run();
  EXPECT_FALSE(hearer->found);
}

TEST(SystemLookup, knows_this_machine_and_says_why_not) {
  const auto found = system_lookup("localhost");
  ASSERT_TRUE(found.has_value());
  ASSERT_FALSE(found->empty());
  for (const auto& address : *found) EXPECT_TRUE(address.is_loopback()) << address;
  const auto none = system_lookup("name with spaces.invalid");
  ASSERT_FALSE(none.has_value());
  EXPECT_FALSE(none.error().message.empty());
}

TEST(NumericAddress, is_found_in_every_notation_and_never_looked_up) {
  for (const char* text : {"127.0.0.1", "127.1", "0x7f.0.0.1", "2130706433", "0177.0.0.1"}) {
    const auto addresses = numeric_address(text);
    ASSERT_EQ(addresses.size(), 1U) << text;
    EXPECT_EQ(addresses[0].to_string(), "127.0.0.1");
  }
  EXPECT_EQ(numeric_address("::ffff:127.0.0.1").at(0).to_string(), "::ffff:127.0.0.1");
  for (const char* text : {"localhost", "example.com", "1.2.3.4.5", ""})
    EXPECT_TRUE(numeric_address(text).empty()) << text;
}

}  // namespace
}  // namespace pilotlight::webhook

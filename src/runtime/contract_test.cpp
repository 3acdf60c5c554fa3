#include "runtime/contract_test.hpp"

#include <algorithm>

#include "keeper/testing/test_keeper.hpp"
#include "runtime/fake/fake_runtime.hpp"
#include "runtime/process/process_runtime.hpp"
#include "runtime/router.hpp"

namespace pilotlight::runtime {
namespace {

constexpr const char* secret = "SECRET";

class FakeWorld final : public World {
 public:
  Runtime& runtime() override { return runtime_; }
  void let_pass() override { runtime_.advance(milliseconds{10}); }
  bool until(const std::function<bool()>& holds) override {
    for (int i = 0; i < 10'000 && !holds(); ++i) runtime_.advance(milliseconds{10});
    return holds();
  }
  WorkerSpec spec(WorkerId worker, Behaviour behaviour) override {
    WorkerSpec spec;
    spec.worker = worker;
    spec.secrets = {secret};
    switch (behaviour) {
      case Behaviour::runs: spec.command = "run"; break;
      case Behaviour::stubborn: spec.command = "stubborn"; break;
      case Behaviour::exits_with_7: spec.command = "exit 7 last words of SECRET"; break;
      case Behaviour::cannot_start: spec.command = "/no/such/program"; break;
    }
    return spec;
  }

 private:
  void replace_server() override { runtime_.reconnect(); }

  FakeRuntime runtime_;
};

enum class Route : std::uint8_t { direct, router };

/// A real keeper with real processes; this test is its server. The router has another runtime beside.
template <Route route>
class ProcessWorld final : public World {
 public:
  ProcessWorld() { connect(); }
  Runtime& runtime() override { return *runtime_; }
  void let_pass() override {
    std::this_thread::sleep_for(milliseconds{20});
    advance_other();
  }
  bool until(const std::function<bool()>& holds) override {
    return keeper::testing::eventually([&] {
      advance_other();
      return holds();
    });
  }
  WorkerSpec spec(WorkerId worker, Behaviour behaviour) override {
    WorkerSpec spec;
    spec.worker = worker;
    spec.secrets = {secret};
    switch (behaviour) {
      case Behaviour::runs: spec.command = "/bin/sleep 1000"; break;
      case Behaviour::stubborn:
        spec.command = "/bin/sh -c 'trap \"\" TERM; while :; do sleep 0.05; done'";
        break;
      case Behaviour::exits_with_7: spec.command = "/bin/sh -c 'echo last words of SECRET; exit 7'"; break;
      case Behaviour::cannot_start: spec.command = "/no/such/program"; break;
    }
    return spec;
  }

 private:
  void replace_server() override {
    other_ = nullptr;
    runtime_.reset();  // its gates close with its process
    ::kill(server_.pid, SIGKILL);
    client_.reset();
    connect();
  }
  void connect() {
    server_ = keeper_.server().value();
    client_ = keeper::KeeperClient::connect(std::move(server_.channel)).value();
    runtime_ = std::make_unique<ProcessRuntime>(*client_);
    if (route == Route::router) put_behind_router();
    client_->begin({{}, {}, [] {}});
    client_->ready(client_->welcome().time);
  }

  void put_behind_router() {
    auto other = std::make_unique<FakeRuntime>();
    other->can = {{"other:"}, false};
    other_ = other.get();
    std::vector<std::unique_ptr<Runtime>> both;
    both.push_back(std::move(other));
    both.push_back(std::move(runtime_));
    runtime_ = std::make_unique<Router>(std::move(both));
  }
  void advance_other() {
    if (other_ != nullptr) other_->advance(milliseconds{1});
  }

  keeper::testing::TestKeeper keeper_;
  keeper::testing::TestServer server_;
  std::unique_ptr<keeper::KeeperClient> client_;
  std::unique_ptr<Runtime> runtime_;
  FakeRuntime* other_ = nullptr;  ///< owned by the router
};

template <class T>
MakeWorld make() {
  return [] { return std::make_unique<T>(); };
}

INSTANTIATE_TEST_SUITE_P(Fake, RuntimeContract, ::testing::Values(make<FakeWorld>()));
INSTANTIATE_TEST_SUITE_P(Process, RuntimeContract, ::testing::Values(make<ProcessWorld<Route::direct>>()));
INSTANTIATE_TEST_SUITE_P(Routed, RuntimeContract, ::testing::Values(make<ProcessWorld<Route::router>>()));

TEST_P(RuntimeContract, a_worker_that_runs_is_reported_and_listed) {
  start(w1, Behaviour::runs);
  EXPECT_TRUE(starts(w1));
  EXPECT_EQ(list(), std::vector<WorkerId>{w1});
  EXPECT_EQ(seen().ends(w1), 0u);
}

TEST_P(RuntimeContract, reports_from_before_the_subscription_come_once_in_order) {
  start(w1, Behaviour::exits_with_7);
  ASSERT_TRUE(ends(w1));
  world_->restart_server_unsubscribed();
  start(w2, Behaviour::runs);
  runtime().list();
  world_->let_pass();
  EXPECT_TRUE(seen().order().empty());
  world_->subscribe();
  ASSERT_TRUE(until([&] { return seen().lists() == 1 && seen().starts(w2) > 0; }));
  EXPECT_EQ(list(), std::vector<WorkerId>{w2});
  std::vector<std::string> order = seen().order();
  EXPECT_EQ(order.front(), "exited w1") << "which the runtime knew before the list";
  EXPECT_EQ(order.back(), "listed");
  std::sort(order.begin(), order.end());
  EXPECT_EQ(order, (std::vector<std::string>{"exited w1", "listed", "listed", "started w2"}));
}

TEST_P(RuntimeContract, read_output_is_answered_for_known_and_unknown_workers) {
  start(w1, Behaviour::runs);
  ASSERT_TRUE(starts(w1));
  runtime().read_output(w1, timestamp_from_ms(5));
  runtime().read_output(w2, timestamp_from_ms(6));
  EXPECT_TRUE(until([&] { return !seen().outputs(w2).empty(); }));
  EXPECT_EQ(seen().outputs(w1), std::vector{timestamp_from_ms(5)});
  EXPECT_EQ(seen().outputs(w2), std::vector{timestamp_from_ms(6)});
}

TEST_P(RuntimeContract, nothing_is_seen_of_a_worker_that_is_only_prepared) {
  prepare(w1, Behaviour::exits_with_7);
  prepare(w2, Behaviour::cannot_start);
  EXPECT_TRUE(list().empty());
  world_->restart_server();
  EXPECT_TRUE(list().empty());
  EXPECT_EQ(seen().starts(w1) + seen().ends(w1) + seen().ends(w2), 0u);
}

TEST_P(RuntimeContract, what_was_prepared_is_forgotten_with_its_server) {
  prepare(w1, Behaviour::exits_with_7);
  EXPECT_TRUE(list().empty());  // the runtime has taken it
  world_->restart_server();
  start(w1, Behaviour::runs);
  EXPECT_TRUE(starts(w1));
  runtime().start(w2);
  ASSERT_TRUE(ends(w2));
  EXPECT_EQ(seen().end(w2).exit_code, -1);
  EXPECT_EQ(seen().end(w2).detail, "it was not prepared");
}

TEST_P(RuntimeContract, a_worker_in_the_place_of_one_that_ended_lives) {
  for (int i = 0; i < 5; ++i) {
    const WorkerId gone = *WorkerId::parse("gone" + std::to_string(i));
    start(gone, Behaviour::exits_with_7);
    ASSERT_TRUE(ends(gone));
  }
  start(w1, Behaviour::runs);
  EXPECT_TRUE(starts(w1));
  EXPECT_EQ(list(), std::vector<WorkerId>{w1});
  EXPECT_EQ(seen().ends(w1), 0u);
}

TEST_P(RuntimeContract, an_end_tells_code_and_last_words_without_secrets) {
  start(w1, Behaviour::exits_with_7);
  ASSERT_TRUE(ends(w1));
  EXPECT_EQ(seen().end(w1).exit_code, 7);
  EXPECT_EQ(seen().end(w1).signal, 0);
  EXPECT_EQ(seen().end(w1).detail, "last words of ***");
  EXPECT_TRUE(list().empty());
}

TEST_P(RuntimeContract, a_worker_that_cannot_start_ends_with_the_reason) {
  start(w1, Behaviour::cannot_start);
  ASSERT_TRUE(ends(w1));
  EXPECT_EQ(seen().end(w1).exit_code, -1);
  EXPECT_NE(seen().end(w1).detail.find("cannot run \"/no/such/program\""), std::string::npos);
  EXPECT_EQ(seen().starts(w1), 0u);
}

TEST_P(RuntimeContract, a_worker_is_started_once_however_often_it_is_asked_for) {
  start(w1, Behaviour::exits_with_7);
  ASSERT_TRUE(ends(w1));
  start(w1, Behaviour::runs);
  EXPECT_TRUE(until([&] { return seen().ends(w1) == 2; }));
  EXPECT_EQ(seen().end(w1).exit_code, 7);
  EXPECT_TRUE(list().empty());
  start(w2, Behaviour::runs);
  start(w2, Behaviour::exits_with_7);
  EXPECT_TRUE(starts(w2));
  EXPECT_EQ(list(), std::vector<WorkerId>{w2});
}

TEST_P(RuntimeContract, a_worker_stops_when_it_is_told) {
  start(w1, Behaviour::runs);
  ASSERT_TRUE(starts(w1));
  runtime().stop(w1, milliseconds{60'000});
  ASSERT_TRUE(ends(w1));
  EXPECT_EQ(seen().end(w1).signal, 15);
  EXPECT_EQ(seen().end(w1).exit_code, -1);
}

TEST_P(RuntimeContract, a_stubborn_worker_is_killed_after_the_grace) {
  start(w1, Behaviour::stubborn);
  ASSERT_TRUE(starts(w1));
  runtime().stop(w1, milliseconds{100});
  ASSERT_TRUE(ends(w1));
  EXPECT_TRUE(seen().end(w1).signal == 9 || seen().end(w1).signal == 15);  // told before its trap was set
}

TEST_P(RuntimeContract, stop_without_grace_kills) {
  start(w1, Behaviour::stubborn);
  start(w2, Behaviour::runs);
  runtime().stop(w1, milliseconds{0});
  runtime().stop(w2, milliseconds{0});
  ASSERT_TRUE(ends(w1) && ends(w2));
  EXPECT_EQ(seen().end(w1).signal, 9);
  EXPECT_EQ(seen().end(w2).signal, 9);
}

TEST_P(RuntimeContract, unknown_workers_are_ignored) {
  runtime().stop(w1, milliseconds{0});
  runtime().forget(w1);
  EXPECT_TRUE(list().empty());
  start(w1, Behaviour::runs);
  EXPECT_TRUE(starts(w1));
}

TEST_P(RuntimeContract, workers_outlive_the_server) {
  start(w1, Behaviour::runs);
  ASSERT_TRUE(starts(w1));
  world_->restart_server();
  EXPECT_EQ(list(), std::vector<WorkerId>{w1});
  runtime().stop(w1, milliseconds{0});
  EXPECT_TRUE(ends(w1));
}

TEST_P(RuntimeContract, an_end_is_reported_to_every_server_until_it_is_forgotten) {
  start(w1, Behaviour::exits_with_7);
  ASSERT_TRUE(ends(w1));
  for (int i = 0; i < 2; ++i) {
    world_->restart_server();
    ASSERT_TRUE(ends(w1));
    EXPECT_EQ(seen().end(w1).detail, "last words of ***");
  }
  runtime().forget(w1);
  EXPECT_TRUE(list().empty());  // the runtime has taken `forget` before it answers
  world_->restart_server();
  EXPECT_TRUE(list().empty());
  EXPECT_EQ(seen().ends(w1), 0u);
}

}  // namespace
}  // namespace pilotlight::runtime

#include "runtime/router.hpp"

#include <gtest/gtest.h>

#include "runtime/contract_test.hpp"
#include "runtime/fake/fake_runtime.hpp"

namespace pilotlight::runtime {
namespace {

/// Two fake runtimes, `a` for images a:... and `b` for images b:..., behind a router.
class RouterTest : public ::testing::Test {
 protected:
  void SetUp() override { make({{"a:"}, false}, {{"b:"}, false}); }

  void make(RuntimeCapabilities of_a, RuntimeCapabilities of_b) {
    std::vector<std::unique_ptr<Runtime>> both;
    for (const auto& [fake, can] : {std::pair{&a, of_a}, std::pair{&b, of_b}}) {
      both.push_back(std::make_unique<FakeRuntime>());
      *fake = static_cast<FakeRuntime*>(both.back().get());
      (*fake)->can = can;
    }
    router = std::make_unique<Router>(std::move(both));
    router->subscribe(seen.reports());
  }
  void start(WorkerId worker, std::string image, std::string command = "run") {
    WorkerSpec spec;
    spec.worker = worker;
    spec.image = std::move(image);
    spec.command = std::move(command);
    router->prepare(std::move(spec));
    router->start(worker);
  }
  void advance() {
    a->advance(milliseconds{1});
    b->advance(milliseconds{1});
  }
  /// The runtime's own list; the router hears nothing of it any more.
  static std::vector<WorkerId> running(FakeRuntime& runtime) {
    Seen other;
    runtime.reconnect();
    runtime.subscribe(other.reports());
    runtime.list();
    runtime.advance(milliseconds{1});
    return other.listed();
  }

  FakeRuntime* a = nullptr;
  FakeRuntime* b = nullptr;
  Seen seen;
  std::unique_ptr<Router> router;
};

TEST_F(RouterTest, a_worker_runs_where_its_images_scheme_is_named) {
  start(w1, "a:one");
  start(w2, "b:two");
  advance();
  EXPECT_EQ(seen.order(), (std::vector<std::string>{"started w1", "started w2"}));
  EXPECT_EQ(running(*a), std::vector{w1});
  EXPECT_EQ(running(*b), std::vector{w2});
}

TEST_F(RouterTest, an_image_of_no_scheme_runs_where_others_are_taken) {
  make({{"a:"}, false}, {{"b:"}, true});
  start(w1, "");
  start(w2, "c:three");
  advance();
  EXPECT_TRUE(running(*a).empty());
  EXPECT_EQ(running(*b), (std::vector{w1, w2}));
}

TEST_F(RouterTest, a_named_scheme_wins_over_an_earlier_runtime_for_others) {
  make({{"a:"}, true}, {{"b:"}, false});
  start(w1, "b:one");
  advance();
  EXPECT_EQ(running(*b), std::vector{w1});
}

TEST_F(RouterTest, an_image_that_no_runtime_takes_ends_with_what_to_change) {
  start(w1, "c:three");
  EXPECT_EQ(seen.end(w1).exit_code, -1);
  EXPECT_EQ(
      seen.end(w1).detail,
      "this server cannot run the image \"c:three\"; give the template an image that begins with a: or b:");
  router->start(w1);
  EXPECT_EQ(seen.ends(w1), 2u);
  router->stop(w1, milliseconds{0});
  router->forget(w1);
  advance();
  EXPECT_EQ(seen.ends(w1), 2u);
}

TEST_F(RouterTest, its_capabilities_are_those_of_all) {
  EXPECT_EQ(router->capabilities().image_schemes, (std::vector<std::string>{"a:", "b:"}));
  EXPECT_FALSE(router->capabilities().other_images);
  make({{"a:"}, false}, {{"b:"}, true});
  EXPECT_TRUE(router->capabilities().other_images);
}

TEST_F(RouterTest, a_list_comes_once_and_has_the_workers_of_all) {
  start(w1, "a:one");
  start(w2, "b:two");
  router->list();
  router->list();
  a->advance(milliseconds{1});
  EXPECT_EQ(seen.lists(), 0u) << "b has not answered";
  b->advance(milliseconds{1});
  EXPECT_EQ(seen.lists(), 2u);
  EXPECT_EQ(seen.listed(), (std::vector{w1, w2}));
}

TEST_F(RouterTest, calls_reach_the_runtime_that_has_the_worker) {
  start(w1, "a:one");
  start(w2, "b:two");
  advance();
  router->stop(w2, milliseconds{5});
  router->read_output(w1, timestamp_from_ms(7));
  advance();
  EXPECT_EQ(seen.end(w2).signal, 15);
  EXPECT_EQ(seen.outputs(w1), std::vector{timestamp_from_ms(7)});
  router->forget(w2);
  Seen next;
  b->reconnect();
  b->subscribe(next.reports());
  b->advance(milliseconds{1});
  EXPECT_EQ(next.ends(w2), 0u);
}

TEST_F(RouterTest, a_worker_that_it_does_not_know_is_found) {
  for (const auto& [id, runtime] : {std::pair{w1, a}, std::pair{w2, b}}) {
    WorkerSpec spec;
    spec.worker = id;
    spec.command = "run";
    runtime->prepare(std::move(spec));
    runtime->start(id);
  }
  router->read_output(w1, timestamp_from_ms(7));
  router->stop(w1, milliseconds{0});
  router->stop(w2, milliseconds{0});
  advance();
  EXPECT_EQ(seen.outputs(w1), std::vector{timestamp_from_ms(7)}) << "one answer";
  EXPECT_EQ(seen.end(w1).signal, 9);
  EXPECT_EQ(seen.end(w2).signal, 9);
}

TEST_F(RouterTest, a_start_without_preparation_ends_once) {
  router->start(w1);
  advance();
  EXPECT_EQ(seen.ends(w1), 1u);
  EXPECT_EQ(seen.end(w1).detail, "it was not prepared");
}

}  // namespace
}  // namespace pilotlight::runtime

#include "api/jobs/metrics.hpp"

#include <gtest/gtest.h>

namespace pilotlight::api {
namespace {

TEST(Metrics, of_an_endpoint_without_jobs) {
  EXPECT_EQ(metrics_json({}),
            R"({"workers":{"idle":0,"initializing":0,"ready":0,"running":0,"throttled":0,"unhealthy":0},)"
            R"("readyWorkers":[],"jobs":{"inQueue":0,"inProgress":0,"submitted":0,"completed":0,"failed":0,)"
            R"("cancelled":0,"timedOut":0,"retried":0},"queueDelay":0,)"
            R"("recent":{"jobs":0,"delayTime":null,"executionTime":null}})");
}

TEST(Metrics, every_figure_has_its_place) {
  answer::Metrics all;
  all.health.idle = 1;
  all.health.initializing = 2;
  all.health.ready = 3;
  all.health.running = 4;
  all.health.throttled = 5;
  all.health.unhealthy = 6;
  all.health.in_queue = 7;
  all.health.in_progress = 8;
  all.health.completed = 9;
  all.health.failed = 30;
  all.health.retried = 10;
  all.submitted = 11;
  all.cancelled = 12;
  all.timed_out = 13;
  all.queue_delay = milliseconds{14};
  all.ready = {*WorkerId::parse("a"), *WorkerId::parse("b")};
  for (int i = 100; i > 0; --i) all.recent.push_back({milliseconds{i}, milliseconds{10 * i}});
  EXPECT_EQ(metrics_json(all),
            R"({"workers":{"idle":1,"initializing":2,"ready":3,"running":4,"throttled":5,"unhealthy":6},)"
            R"("readyWorkers":["a","b"],"jobs":{"inQueue":7,"inProgress":8,"submitted":11,"completed":9,)"
            R"("failed":17,"cancelled":12,"timedOut":13,"retried":10},"queueDelay":14,)"
            R"("recent":{"jobs":100,"delayTime":{"p50":50,"p70":70,"p90":90,"p98":98,"max":100},)"
            R"("executionTime":{"p50":500,"p70":700,"p90":900,"p98":980,"max":1000}}})");
}

TEST(Metrics, percentiles_of_one_value) {
  answer::Metrics one;
  one.recent = {{milliseconds{5}, milliseconds{0}}};
  EXPECT_NE(metrics_json(one).find(R"("delayTime":{"p50":5,"p70":5,"p90":5,"p98":5,"max":5})"),
            std::string::npos);
}

}  // namespace
}  // namespace pilotlight::api

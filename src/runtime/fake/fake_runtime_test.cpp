#include "runtime/fake/fake_runtime.hpp"

#include <gtest/gtest.h>

#include "runtime/contract_test.hpp"

namespace pilotlight::runtime {
namespace {

WorkerSpec worker(WorkerId id, std::string command) {
  WorkerSpec spec;
  spec.worker = id;
  spec.command = std::move(command);
  return spec;
}

void begin(FakeRuntime& runtime, WorkerSpec spec) {
  const WorkerId id = spec.worker;
  runtime.prepare(std::move(spec));
  runtime.start(id);
}

struct FakeRuntimeTest : ::testing::Test {
  FakeRuntimeTest() { runtime.subscribe(seen.reports()); }

  Seen seen;
  FakeRuntime runtime;
};

TEST_F(FakeRuntimeTest, starts_as_slowly_as_it_is_told) {
  runtime.faults.start_takes = milliseconds{500};
  begin(runtime, worker(w1, "run"));
  runtime.advance(milliseconds{499});
  EXPECT_EQ(seen.starts(w1), 0u);
  runtime.advance(milliseconds{1});
  EXPECT_EQ(seen.starts(w1), 1u);
}

TEST_F(FakeRuntimeTest, fails_to_start_on_request) {
  runtime.faults.starts_fail = true;
  begin(runtime, worker(w1, "run"));
  runtime.advance(milliseconds{1});
  EXPECT_EQ(seen.end(w1).detail, "told to fail");
}

TEST_F(FakeRuntimeTest, loses_reports_and_gives_ends_again_to_the_next_server) {
  runtime.faults.lost_percent = 100;
  begin(runtime, worker(w1, "exit 1 x"));
  runtime.advance(milliseconds{1});
  EXPECT_EQ(seen.ends(w1), 0u);
  runtime.faults.lost_percent = 0;
  Seen second;
  runtime.reconnect();
  runtime.subscribe(second.reports());
  runtime.advance(milliseconds{1});
  EXPECT_EQ(second.ends(w1), 1u);
}

TEST_F(FakeRuntimeTest, doubles_reports) {
  runtime.faults.doubled_percent = 100;
  begin(runtime, worker(w1, "exit 1 x"));
  runtime.advance(milliseconds{1});
  EXPECT_EQ(seen.starts(w1), 2u);
  EXPECT_EQ(seen.ends(w1), 2u);
}

TEST(FakeRuntime, reorders_reports) {
  std::string order;
  FakeRuntime runtime;
  runtime.subscribe(
      {[&](WorkerId) { order += 's'; },
       [&](WorkerId, std::int32_t, std::int32_t, std::string, std::vector<OutputLine>) { order += 'e'; },
       [](std::vector<WorkerId>) {}, [](WorkerId, Timestamp, std::vector<OutputLine>) {}});
  runtime.faults.reordered = true;
  for (int i = 0; i < 50; ++i) begin(runtime, worker(*WorkerId::parse("w" + std::to_string(i)), "exit 1 x"));
  runtime.advance(milliseconds{1});
  EXPECT_NE(order.find("ee"), std::string::npos) << order;
}

TEST_F(FakeRuntimeTest, ignores_stops_until_it_is_told_otherwise) {
  runtime.faults.stops_are_ignored = true;
  begin(runtime, worker(w1, "run"));
  runtime.advance(milliseconds{1});
  runtime.stop(w1, milliseconds{10});
  runtime.advance(milliseconds{1000});
  EXPECT_EQ(seen.ends(w1), 0u);
  runtime.faults.stops_are_ignored = false;
  runtime.advance(milliseconds{1});
  EXPECT_EQ(seen.end(w1).signal, 9);
}

TEST_F(FakeRuntimeTest, ends_a_worker_on_request) {
  begin(runtime, worker(w1, "run"));
  runtime.advance(milliseconds{1});
  runtime.end(w1, 3, "crashed");
  runtime.advance(milliseconds{1});
  EXPECT_EQ(seen.end(w1).exit_code, 3);
}

}  // namespace
}  // namespace pilotlight::runtime

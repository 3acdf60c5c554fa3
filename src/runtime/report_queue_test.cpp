#include "runtime/report_queue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "runtime/contract_test.hpp"

namespace pilotlight::runtime {
namespace {

TEST(ReportQueue, keeps_reports_whole_until_there_is_a_subscriber) {
  const auto queue = std::make_shared<ReportQueue>();
  const RuntimeReports into = reports_into(queue);
  into.exited(w1, 3, 9, "why", {});
  into.output(w1, timestamp_from_ms(5), {});
  into.listed({w1, w2});
  Seen seen;
  queue->subscribe(seen.reports());
  into.started(w2);
  EXPECT_EQ(seen.order(), (std::vector<std::string>{"exited w1", "output w1", "listed", "started w2"}));
  EXPECT_EQ(seen.end(w1).exit_code, 3);
  EXPECT_EQ(seen.end(w1).signal, 9);
  EXPECT_EQ(seen.end(w1).detail, "why");
  EXPECT_EQ(seen.outputs(w1), std::vector{timestamp_from_ms(5)});
  EXPECT_EQ(seen.listed(), (std::vector{w1, w2}));
}

TEST(ReportQueue, a_subscription_amid_reports_loses_and_reorders_none) {
  constexpr int count = 2000;
  ReportQueue queue;
  std::thread reporter([&queue] {
    for (int i = 1; i <= count; ++i)
      queue.add([i](const RuntimeReports& to) { to.exited(w1, i, 0, {}, {}); });
  });
  std::vector<std::int32_t> codes;
  RuntimeReports reports;
  reports.exited = [&codes](WorkerId, std::int32_t code, std::int32_t, std::string, std::vector<OutputLine>) {
    codes.push_back(code);
  };
  queue.subscribe(std::move(reports));
  reporter.join();
  ASSERT_EQ(codes.size(), std::size_t{count});
  EXPECT_TRUE(std::is_sorted(codes.begin(), codes.end()));
}

}  // namespace
}  // namespace pilotlight::runtime

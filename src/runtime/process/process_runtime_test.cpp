#include "runtime/process/process_runtime.hpp"

#include <gtest/gtest.h>

#include <future>

#include "runtime/contract_test.hpp"

namespace pilotlight::runtime {
namespace {

/// The test is the keeper.
struct ProcessRuntimeTest : ::testing::Test {
  void say(const keeper::ToServer& message) {
    ASSERT_EQ(ends.second.send(encode(message)), keeper::SendState::sent);
  }
  /// Waits until the client has taken everything said before.
  void wait_until_heard() {
    say(keeper::Drain{});
    heard.get_future().wait();
  }

  std::pair<keeper::Channel, keeper::Channel> ends = keeper::Channel::pair().value();
  std::promise<void> heard;
  Seen seen;
  std::unique_ptr<keeper::KeeperClient> client = [this] {
    say(keeper::Welcome{});
    return keeper::KeeperClient::connect(std::move(ends.first)).value();
  }();
  std::unique_ptr<ProcessRuntime> runtime = [this] {
    auto made = std::make_unique<ProcessRuntime>(*client);
    client->begin({[this](milliseconds) { heard.set_value(); }, {}, [] {}});
    return made;
  }();
};

TEST_F(ProcessRuntimeTest, keeps_the_keepers_reports_for_its_subscriber) {
  say(keeper::Started{w1});
  say(keeper::Exited{w1, 7, 0, "why"});
  wait_until_heard();
  runtime->subscribe(seen.reports());
  EXPECT_EQ(seen.order(), (std::vector<std::string>{"started w1", "exited w1"}));
  EXPECT_EQ(seen.end(w1).detail, "why");
}

TEST_F(ProcessRuntimeTest, reports_nothing_after_its_end) {
  runtime->subscribe(seen.reports());
  runtime.reset();
  say(keeper::Started{w1});
  wait_until_heard();
  EXPECT_TRUE(seen.order().empty());
}

TEST_F(ProcessRuntimeTest, takes_folders_and_every_other_image) {
  const RuntimeCapabilities can = runtime->capabilities();
  EXPECT_EQ(can.image_schemes, std::vector<std::string>{"process:"});
  EXPECT_TRUE(can.other_images);
}

}  // namespace
}  // namespace pilotlight::runtime

#include "keeper/wire/client.hpp"

#include <gtest/gtest.h>

#include "keeper/wire/protocol.hpp"

namespace pilotlight::keeper {
namespace {

TEST(KeeperClient, keeper_of_an_older_version_is_not_asked_for_output) {
  auto ends = Channel::pair().value();
  Welcome welcome;
  welcome.version = 1;
  ASSERT_EQ(ends.second.send(encode(ToServer{welcome})), SendState::sent);
  const auto client = KeeperClient::connect(std::move(ends.first)).value();
  std::vector<Timestamp> told;
  RuntimeReports reports;
  reports.output = [&told](WorkerId, Timestamp asked, const std::vector<OutputLine>& lines) {
    EXPECT_TRUE(lines.empty());
    told.push_back(asked);
  };
  client->hear_workers(std::move(reports));
  client->begin({{}, {}, [] {}});
  client->read_output(*WorkerId::parse("w1"), timestamp_from_ms(5));
  EXPECT_EQ(told, std::vector{timestamp_from_ms(5)});
  Packet packet;
  ASSERT_EQ(ends.second.receive(packet), ReceiveState::packet);
  EXPECT_TRUE(std::holds_alternative<Hello>(decode<ToKeeper>(packet.bytes).value()));
  EXPECT_EQ(ends.second.receive(packet), ReceiveState::empty);
}

}  // namespace
}  // namespace pilotlight::keeper

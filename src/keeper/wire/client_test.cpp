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

TEST(StartRequestBytes, are_those_of_the_version_that_is_spoken) {
  StartRequest request;
  request.command = {"a", "b"};
  request.kept = {"c"};
  request.endpoint = *EndpointId::parse("e1");
  StartRequest older = request;
  older.endpoint = {};
  for (std::uint32_t version = 1; version <= protocol_version; ++version) {
    const std::string bytes = encode_start_request(request, version);
    EXPECT_EQ(decode_start_request(bytes, version), version < endpoint_version ? older : request) << version;
    EXPECT_FALSE(decode_start_request(bytes + "x", version)) << version;
    EXPECT_FALSE(decode_start_request(bytes.substr(1), version)) << version;
  }
  EXPECT_FALSE(decode_start_request(encode_start_request(request, 1), protocol_version));
}

}  // namespace
}  // namespace pilotlight::keeper

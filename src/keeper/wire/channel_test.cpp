#include "keeper/wire/channel.hpp"

#include <gtest/gtest.h>

namespace pilotlight::keeper {
namespace {

TEST(Channel, carries_packets_and_descriptors) {
  auto [a, b] = *Channel::pair();
  std::vector<Fd> files;
  for (const char* text : {"secret bytes", "others"}) files.push_back(*memory_file(text));
  ASSERT_EQ(a.send("one"), SendState::sent);
  ASSERT_EQ(a.send("two", files), SendState::sent);
  files.pop_back();
  ASSERT_EQ(a.send("three", files), SendState::sent);
  Packet packet;
  ASSERT_EQ(b.receive(packet), ReceiveState::packet);
  EXPECT_EQ(packet.bytes, "one");
  EXPECT_TRUE(packet.attachments.empty());
  ASSERT_EQ(b.receive(packet), ReceiveState::packet);
  EXPECT_EQ(packet.bytes, "two");
  ASSERT_EQ(packet.attachments.size(), 2u);
  EXPECT_EQ(*read_memory_file(packet.attachments[0].get(), 100), "secret bytes");
  EXPECT_EQ(*read_memory_file(packet.attachments[1].get(), 100), "others");
  ASSERT_EQ(b.receive(packet), ReceiveState::packet);
  EXPECT_EQ(packet.attachments.size(), 1u);
  EXPECT_EQ(b.receive(packet), ReceiveState::empty);
}

TEST(Channel, gives_what_was_sent_before_the_peer_went) {
  auto [a, b] = *Channel::pair();
  ASSERT_EQ(b.send("never read"), SendState::sent);
  ASSERT_EQ(a.send("last words"), SendState::sent);
  a.close();
  Packet packet;
  ASSERT_EQ(b.receive(packet), ReceiveState::packet);
  EXPECT_EQ(packet.bytes, "last words");
  EXPECT_EQ(b.receive(packet), ReceiveState::closed);
  EXPECT_EQ(b.send("x"), SendState::closed);
}

TEST(Channel, says_when_it_is_full_and_loses_nothing) {
  auto [a, b] = *Channel::pair();
  int sent = 0;
  while (a.send(std::string(1000, 'x')) == SendState::sent) ++sent;
  EXPECT_GT(sent, 10);
  Packet packet;
  int received = 0;
  while (b.receive(packet) == ReceiveState::packet) ++received;
  EXPECT_EQ(received, sent);
  EXPECT_EQ(a.send("again"), SendState::sent);
}

TEST(Channel, takes_the_largest_packet) {
  auto [a, b] = *Channel::pair();
  ASSERT_EQ(a.send(std::string(packet_max, 'x')), SendState::sent);
  Packet packet;
  ASSERT_EQ(b.receive(packet), ReceiveState::packet);
  EXPECT_EQ(packet.bytes.size(), packet_max);
}

TEST(MemoryFile, beyond_the_bound_is_refused) {
  const auto file = memory_file(std::string(101, 'x'));
  EXPECT_FALSE(read_memory_file(file->get(), 100));
  EXPECT_FALSE(read_memory_file(-1, 100));
}

TEST(Protocol, messages_come_back_as_they_were) {
  const auto id = *WorkerId::parse("abc");
  const StartRequest request{"",   {"a", "b c"}, {{"N", "v=1"}}, {"s"},
                             "/f", "note",       {"kept"},       *EndpointId::parse("e1")};
  EXPECT_EQ(decode<StartRequest>(encode(request)), request);
  const ToServer end = Exited{id, -1, 9, "text"};
  const auto back = decode<ToServer>(encode(end));
  ASSERT_TRUE(back && std::holds_alternative<Exited>(*back));
  EXPECT_EQ(std::get<Exited>(*back).signal, 9);
}

}  // namespace
}  // namespace pilotlight::keeper

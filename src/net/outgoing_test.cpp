#include "net/outgoing.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>

namespace pilotlight::net {
namespace {

constexpr std::size_t turn = 64UL << 10;

class OutgoingTest : public ::testing::Test {
 protected:
  OutgoingTest() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends_.data()), 0); }
  ~OutgoingTest() override {
    for (const int fd : ends_) ::close(fd);
  }

  /// All that arrives; no send may be of more than a turn.
  std::string sent(Outgoing& out) {
    std::string arrived;
    std::array<char, 2 * turn> buffer;
    while (!out.finished()) {
      const std::size_t before = out.sent();
      EXPECT_TRUE(out.send_some(ends_[0]));
      EXPECT_LE(out.sent() - before, turn);
      const ssize_t n = ::recv(ends_[1], buffer.data(), buffer.size(), MSG_DONTWAIT);
      if (n > 0) arrived.append(buffer.data(), static_cast<std::size_t>(n));
    }
    return arrived;
  }

  std::array<int, 2> ends_{};
};

std::string letters(std::size_t count, char first) {
  std::string text(count, first);
  for (std::size_t i = 0; i < count; ++i) text[i] = static_cast<char>(first + i % 10);
  return text;
}

TEST_F(OutgoingTest, sends_every_part_in_order_a_turn_at_a_time) {
  for (const std::size_t head : {10UL, 300'000UL}) {
    for (const std::size_t payload : {0UL, 200'000UL}) {
      Response response;
      response.head = letters(head, 'a');
      if (payload > 0) response.payload = std::make_shared<const std::string>(letters(payload, 'A'));
      response.tail = "the end";
      Outgoing out(response, false, true);
      const std::string all = sent(out);
      const std::string body = letters(head, 'a') + letters(payload, 'A') + "the end";
      EXPECT_TRUE(all.ends_with("\r\n\r\n" + body)) << head << ' ' << payload;
      EXPECT_NE(all.find("Content-Length: " + std::to_string(body.size())), std::string::npos)
          << all.substr(0, 300);
    }
  }
}

TEST_F(OutgoingTest, is_blocked_only_when_the_socket_takes_no_more) {
  Response response;
  response.head = letters(20UL << 20, 'a');
  Outgoing out(response, false, true);
  ASSERT_TRUE(out.send_some(ends_[0]));
  EXPECT_FALSE(out.blocked());
  for (int i = 0; i < 1'000 && !out.blocked(); ++i) ASSERT_TRUE(out.send_some(ends_[0]));
  EXPECT_TRUE(out.blocked());
  EXPECT_FALSE(out.finished());
}

}  // namespace
}  // namespace pilotlight::net

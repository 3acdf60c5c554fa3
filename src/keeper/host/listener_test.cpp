#include "keeper/host/listener.hpp"

#include <gtest/gtest.h>

namespace pilotlight::keeper {
namespace {

TEST(HostPort, is_read_in_every_form) {
  EXPECT_EQ(*parse_host_port("127.0.0.1:8080"), (HostPort{"127.0.0.1", 8080}));
  EXPECT_EQ(*parse_host_port("[::1]:0"), (HostPort{"::1", 0}));
  EXPECT_EQ(*parse_host_port("localhost:65535"), (HostPort{"localhost", 65535}));
  EXPECT_EQ(*parse_host_port(":80"), (HostPort{"", 80}));
  EXPECT_EQ((HostPort{"::1", 80}.text()), "[::1]:80");
}

TEST(HostPort, is_refused_when_it_is_none) {
  for (const char* text : {"", "8080", "a:", "a:b", "a:65536", "a:-1", "::1:80", "[]:80", "[::1:80", "a:80 "})
    EXPECT_FALSE(parse_host_port(text)) << text;
}

TEST(HostPort, knows_what_only_this_machine_reaches) {
  for (const char* host : {"127.0.0.1", "127.9.9.9", "::1", "localhost"})
    EXPECT_TRUE((HostPort{host, 1}.loopback())) << host;
  for (const char* host : {"0.0.0.0", "::", "", "10.0.0.1", "example.org", "127.example.org"})
    EXPECT_FALSE((HostPort{host, 1}.loopback())) << host;
}

TEST(Listener, picks_a_port_and_shares_it_with_nobody) {
  const auto first = open_listener({"127.0.0.1", 0}, milliseconds{0});
  ASSERT_TRUE(first);
  ASSERT_NE(first->bound.port, 0);
  const auto second = open_listener(first->bound, milliseconds{50});
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("Address already in use; choose another port"), std::string::npos);
}

TEST(Listener, explains_an_address_that_does_not_exist) {
  EXPECT_NE(open_listener({"no such host", 1}, milliseconds{0}).error().message.find("check --listen"),
            std::string::npos);
}

}  // namespace
}  // namespace pilotlight::keeper

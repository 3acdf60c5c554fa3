#include "webhook/address_guard.hpp"

#include <gtest/gtest.h>

namespace pilotlight::webhook {
namespace {

bool internal(const char* text) {
  return is_internal(boost::asio::ip::make_address(text));
}

struct Edges {
  const char *below, *first, *last, *above;  ///< `below` and `above` are public; null where there is none
};

void expect_range(const Edges& edges) {
  if (edges.below != nullptr) {
    EXPECT_FALSE(internal(edges.below)) << edges.below;
  }
  EXPECT_TRUE(internal(edges.first)) << edges.first;
  EXPECT_TRUE(internal(edges.last)) << edges.last;
  if (edges.above != nullptr) {
    EXPECT_FALSE(internal(edges.above)) << edges.above;
  }
}

TEST(AddressGuard, knows_every_internal_range_of_ipv4_to_its_edges) {
  const Edges ranges[] = {
      {nullptr, "0.0.0.0", "0.255.255.255", "1.0.0.0"},
      {"9.255.255.255", "10.0.0.0", "10.255.255.255", "11.0.0.0"},
      {"100.63.255.255", "100.64.0.0", "100.127.255.255", "100.128.0.0"},
      {"126.255.255.255", "127.0.0.0", "127.255.255.255", "128.0.0.0"},
      {"169.253.255.255", "169.254.0.0", "169.254.255.255", "169.255.0.0"},
      {"172.15.255.255", "172.16.0.0", "172.31.255.255", "172.32.0.0"},
      {"191.255.255.255", "192.0.0.0", "192.0.0.255", "192.0.1.0"},
      {"192.0.1.255", "192.0.2.0", "192.0.2.255", "192.0.3.0"},
      {"192.88.98.255", "192.88.99.0", "192.88.99.255", "192.88.100.0"},
      {"192.167.255.255", "192.168.0.0", "192.168.255.255", "192.169.0.0"},
      {"198.17.255.255", "198.18.0.0", "198.19.255.255", "198.20.0.0"},
      {"198.51.99.255", "198.51.100.0", "198.51.100.255", "198.51.101.0"},
      {"203.0.112.255", "203.0.113.0", "203.0.113.255", "203.0.114.0"},
      {"223.255.255.255", "224.0.0.0", "255.255.255.255", nullptr},
  };
  for (const Edges& edges : ranges) expect_range(edges);
  EXPECT_TRUE(internal("169.254.169.254")) << "the metadata service";
}

TEST(AddressGuard, allows_only_ipv6_global_unicast_outside_special_ranges) {
  const Edges ranges[] = {
      {nullptr, "::", "1fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2000::"},
      {"2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff",
       "2001:200::"},
      {"2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
       "2001:db9::"},
      {"3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff",
       "3fff:1000::"},
      {"3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "4000::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
       nullptr},
  };
  for (const Edges& edges : ranges) expect_range(edges);
  for (const char* text :
       {"::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%lo", "fec0::1", "ff02::1", "100::1",
        "64:ff9b:1::1", "::127.0.0.1", "::8.8.8.8", "2001:0:4136:e378:8000:63bf:3fff:fdd2"})
    EXPECT_TRUE(internal(text)) << text;
  for (const char* text : {"2606:4700:4700::1111", "2a00:1450:4001:829::200e"})
    EXPECT_FALSE(internal(text)) << text;
}

TEST(AddressGuard, judges_an_embedded_ipv4_address_as_itself) {
  const Edges ranges[] = {
      {"::ffff:9.255.255.255", "::ffff:10.0.0.0", "::ffff:10.255.255.255", "::ffff:11.0.0.0"},
      {"::ffff:126.255.255.255", "::ffff:127.0.0.0", "::ffff:127.255.255.255", "::ffff:128.0.0.0"},
      {"64:ff9b::169.253.255.255", "64:ff9b::169.254.0.0", "64:ff9b::169.254.255.255",
       "64:ff9b::169.255.0.0"},
      {"64:ff9b::192.167.255.255", "64:ff9b::192.168.0.0", "64:ff9b::192.168.255.255",
       "64:ff9b::192.169.0.0"},
      {"2002:7eff:ffff::", "2002:7f00::", "2002:7fff:ffff:ffff:ffff:ffff:ffff:ffff", "2002:8000::"},
      {"2002:ac0f:ffff::1", "2002:ac10::1", "2002:ac1f:ffff::1", "2002:ac20::1"},
  };
  for (const Edges& edges : ranges) expect_range(edges);
}

}  // namespace
}  // namespace pilotlight::webhook

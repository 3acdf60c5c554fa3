#include "webhook/address_guard.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace pilotlight::webhook {
namespace {

namespace ip = boost::asio::ip;
using Bytes4 = ip::address_v4::bytes_type;
using Bytes6 = ip::address_v6::bytes_type;

template <class Bytes>
struct Range {
  Bytes first;
  unsigned prefix_bits;

  bool holds(const Bytes& address) const {
    const unsigned whole = prefix_bits / 8, rest = prefix_bits % 8;
    if (!std::equal(first.begin(), first.begin() + whole, address.begin())) return false;
    return rest == 0 || (first[whole] ^ address[whole]) >> (8 - rest) == 0;
  }
};

constexpr std::array<Range<Bytes4>, 15> internal_v4 = {{
    {{0, 0, 0, 0}, 8},        // this network; 0.0.0.0 connects to this machine
    {{10, 0, 0, 0}, 8},       // private
    {{100, 64, 0, 0}, 10},    // carrier-grade NAT
    {{127, 0, 0, 0}, 8},      // loopback
    {{169, 254, 0, 0}, 16},   // link-local, the metadata services of clouds
    {{172, 16, 0, 0}, 12},    // private
    {{192, 0, 0, 0}, 24},     // protocol assignments
    {{192, 0, 2, 0}, 24},     // documentation
    {{192, 88, 99, 0}, 24},   // 6to4 relays
    {{192, 168, 0, 0}, 16},   // private
    {{198, 18, 0, 0}, 15},    // benchmarking
    {{198, 51, 100, 0}, 24},  // documentation
    {{203, 0, 113, 0}, 24},   // documentation
    {{224, 0, 0, 0}, 4},      // multicast
    {{240, 0, 0, 0}, 4},      // reserved, broadcast
}};

constexpr Range<Bytes6> global_unicast{{0x20}, 3};
constexpr std::array<Range<Bytes6>, 3> internal_in_global = {{
    {{0x20, 0x01}, 23},              // protocol assignments, Teredo
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x3f, 0xff}, 20},              // documentation
}};

/// A range of IPv6 addresses that carry an IPv4 address from byte `at` on.
struct Embedding {
  Range<Bytes6> range;
  unsigned at;
};
constexpr std::array<Embedding, 3> embeddings = {{
    {{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96}, 12},  // mapped
    {{{0, 0x64, 0xff, 0x9b}, 96}, 12},                       // NAT64
    {{{0x20, 0x02}, 16}, 2},                                 // 6to4
}};

bool is_internal_v4(const Bytes4& address) {
  return std::any_of(internal_v4.begin(), internal_v4.end(), [&](const auto& r) { return r.holds(address); });
}

/// The IPv4 address that an IPv6 address carries; nullopt if it carries none.
std::optional<Bytes4> embedded_in(const Bytes6& bytes) {
  for (const Embedding& embedding : embeddings) {
    if (!embedding.range.holds(bytes)) continue;
    Bytes4 embedded;
    std::copy_n(bytes.begin() + embedding.at, embedded.size(), embedded.begin());
    return embedded;
  }
  return std::nullopt;
}

}  // namespace

bool is_internal(const ip::address& address) {
  if (address.is_v4()) return is_internal_v4(address.to_v4().to_bytes());
  const Bytes6 bytes = address.to_v6().to_bytes();
  if (const auto embedded = embedded_in(bytes)) return is_internal_v4(*embedded);
  return !global_unicast.holds(bytes) || std::any_of(internal_in_global.begin(), internal_in_global.end(),
                                                     [&](const auto& r) { return r.holds(bytes); });
}

ip::address meant_by(const ip::address& address) {
  if (address.is_v4()) return address;
  const auto embedded = embedded_in(address.to_v6().to_bytes());
  return embedded ? ip::address(ip::address_v4(*embedded)) : address;
}

}  // namespace pilotlight::webhook

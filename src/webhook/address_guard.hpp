#pragma once

#include <boost/asio/ip/address.hpp>

namespace pilotlight::webhook {

/// Whether an address may lead to this machine, its networks or their services, or is no single host's:
/// whatever is not globally reachable unicast by IANA's registries of special-purpose addresses. An IPv6
/// address that stands for an IPv4 one (mapped, NAT64, 6to4) is judged as that one.
bool is_internal(const boost::asio::ip::address& address);

/// The address that a connection to `address` leads to: the IPv4 address that an IPv6 one stands for, else
/// itself.
boost::asio::ip::address meant_by(const boost::asio::ip::address& address);

/// Whether a connection to the address would end on this machine, whatever range it is from. The kernel's
/// routing table is asked each time, so that addresses added later count. True if the kernel does not answer.
bool is_own(const boost::asio::ip::address& address);

}  // namespace pilotlight::webhook

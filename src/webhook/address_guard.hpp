#pragma once

#include <boost/asio/ip/address.hpp>

namespace pilotlight::webhook {

/// Whether an address may lead to this machine, its networks or their services, or is no single host's:
/// whatever is not globally reachable unicast by IANA's registries of special-purpose addresses. An IPv6
/// address that stands for an IPv4 one (mapped, NAT64, 6to4) is judged as that one.
bool is_internal(const boost::asio::ip::address& address);

}  // namespace pilotlight::webhook

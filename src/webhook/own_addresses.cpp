#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "webhook/address_guard.hpp"

namespace pilotlight::webhook {
namespace {

namespace ip = boost::asio::ip;

struct RouteRequest {
  nlmsghdr head;
  rtmsg route;
  rtattr attribute;
  std::array<unsigned char, 16> destination;
};

template <class Bytes>
RouteRequest request_for(const Bytes& address, unsigned char family) {
  RouteRequest request{};
  request.head.nlmsg_len = static_cast<__u32>(offsetof(RouteRequest, destination) + address.size());
  request.head.nlmsg_type = RTM_GETROUTE;
  request.head.nlmsg_flags = NLM_F_REQUEST;
  request.route.rtm_family = family;
  request.route.rtm_dst_len = static_cast<unsigned char>(address.size() * 8);
  request.attribute.rta_len = static_cast<unsigned short>(RTA_LENGTH(address.size()));
  request.attribute.rta_type = RTA_DST;
  std::copy(address.begin(), address.end(), request.destination.begin());
  return request;
}

RouteRequest request_for(const ip::address& address) {
  return address.is_v4() ? request_for(address.to_v4().to_bytes(), AF_INET)
                         : request_for(address.to_v6().to_bytes(), AF_INET6);
}

/// Whether the kernel's answer names a route that ends here. An address without a route is nobody's.
bool ends_here(const char* answer, std::size_t size) {
  nlmsghdr head;
  if (size < NLMSG_LENGTH(sizeof(rtmsg))) return true;
  std::memcpy(&head, answer, sizeof head);
  if (head.nlmsg_type == NLMSG_ERROR) {
    nlmsgerr error;
    if (size < NLMSG_LENGTH(sizeof error)) return true;
    std::memcpy(&error, answer + NLMSG_HDRLEN, sizeof error);
    return error.error != -ENETUNREACH && error.error != -EHOSTUNREACH;
  }
  rtmsg route;
  std::memcpy(&route, answer + NLMSG_HDRLEN, sizeof route);
  return route.rtm_type == RTN_LOCAL;
}

}  // namespace

bool is_own(const ip::address& address) {
  const int kernel = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  if (kernel < 0) return true;
  const RouteRequest request = request_for(meant_by(address));
  alignas(nlmsghdr) std::array<char, 4096> answer;
  // The kernel has answered when `send` returns.
  const bool sent = ::send(kernel, &request, request.head.nlmsg_len, 0) == request.head.nlmsg_len;
  const ssize_t size = sent ? ::recv(kernel, answer.data(), answer.size(), MSG_DONTWAIT) : -1;
  ::close(kernel);
  return size < 0 || ends_here(answer.data(), static_cast<std::size_t>(size));
}

}  // namespace pilotlight::webhook

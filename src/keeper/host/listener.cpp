#include "keeper/host/listener.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include <charconv>
#include <memory>
#include <thread>

namespace pilotlight::keeper {
namespace {

/// The kernel lowers it to net.core.somaxconn.
constexpr int backlog = 65535;

using AddressList = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Result<AddressList> resolve(const HostPort& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failed = ::getaddrinfo(address.host.empty() ? nullptr : address.host.c_str(),
                                   std::to_string(address.port).c_str(), &hints, &found);
  if (failed != 0)
    return refusal(Errc::invalid,
                   "cannot listen on " + address.text() + ": " + ::gai_strerror(failed) + "; check --listen");
  return AddressList(found, &::freeaddrinfo);
}

Error cannot_listen(const HostPort& address, int number) {
  std::string advice;
  if (number == EADDRINUSE) advice = "; choose another port with --listen HOST:PORT, 0 picks a free one";
  return {Errc::io, "cannot listen on " + address.text() + ": " + std::strerror(number) + advice};
}

/// 0, or the error's number.
int bind_and_listen(const addrinfo& to, Fd& socket) {
  socket = Fd{::socket(to.ai_family, to.ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, to.ai_protocol)};
  if (!socket) return errno;
  const int on = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(socket.get(), to.ai_addr, to.ai_addrlen) != 0) return errno;
  return ::listen(socket.get(), backlog) == 0 ? 0 : errno;
}

std::uint16_t port_of(const Fd& socket) {
  sockaddr_storage name{};
  socklen_t size = sizeof name;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&name), &size);
  if (name.ss_family == AF_INET6) return ntohs(reinterpret_cast<const sockaddr_in6&>(name).sin6_port);
  return ntohs(reinterpret_cast<const sockaddr_in&>(name).sin_port);
}

}  // namespace

std::string HostPort::text() const {
  const bool bare_ipv6 = host.find(':') != host.npos;
  return (bare_ipv6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool HostPort::loopback() const {
  in_addr four{};
  if (::inet_pton(AF_INET, host.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  in6_addr six{};
  if (::inet_pton(AF_INET6, host.c_str(), &six) == 1) return IN6_IS_ADDR_LOOPBACK(&six);
  return host == "localhost";
}

Result<HostPort> parse_host_port(std::string_view text) {
  const auto wrong = [&] {
    return refusal(Errc::invalid, "\"" + std::string(text) + "\" is not HOST:PORT; use e.g. 127.0.0.1:8080");
  };
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return wrong();
  std::string_view host = text.substr(0, colon);
  const std::string_view port = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']') && host.size() > 2)
    host = host.substr(1, host.size() - 2);
  else if (host.find_first_of(":[]") != host.npos)
    return wrong();
  HostPort parsed{std::string(host), 0};
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), parsed.port);
  if (failed != std::errc{} || end != port.data() + port.size()) return wrong();
  return parsed;
}

Result<Listener> open_listener(const HostPort& address, milliseconds wait) {
  auto addresses = resolve(address);
  if (!addresses) return addresses.error();
  constexpr milliseconds step{20};
  for (milliseconds waited{0};; waited += step) {
    Fd socket;
    const int failed = bind_and_listen(**addresses, socket);
    if (failed == 0) {
      const std::uint16_t port = port_of(socket);
      return Listener{std::move(socket), {address.host, port}};
    }
    if (failed != EADDRINUSE || waited >= wait) return cannot_listen(address, failed);
    std::this_thread::sleep_for(step);
  }
}

}  // namespace pilotlight::keeper

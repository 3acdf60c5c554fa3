#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/fd.hpp"
#include "base/time.hpp"

namespace pilotlight::keeper {

/// HOST:PORT, with an IPv6 address in brackets.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;

  std::string text() const;
  /// Only programs on this machine can connect.
  bool loopback() const;
  friend bool operator==(const HostPort&, const HostPort&) = default;
};

/// Accepts host names, IPv4, [IPv6]; an empty host means every address of this machine.
Result<HostPort> parse_host_port(std::string_view text);

struct Listener {
  Fd socket;       ///< listening, close-on-exec, non-blocking
  HostPort bound;  ///< with the port that was chosen
};

/// Binds and listens; port 0 picks one. An address in use is tried again for `wait` (a server that was killed
/// may still be going). Its backlog holds connections while no server runs.
Result<Listener> open_listener(const HostPort& address, milliseconds wait);

}  // namespace pilotlight::keeper

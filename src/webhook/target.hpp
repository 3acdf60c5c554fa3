#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace pilotlight::webhook {

inline constexpr std::size_t url_max = 8 * 1024;

/// Where a POST goes, from its URL.
struct Target {
  bool tls = false;
  std::string host;  ///< a name or an address, without brackets
  std::uint16_t port = 0;
  std::string host_header;
  std::string path_and_query;
  std::string authorization;  ///< the header's value; empty without user info
  std::vector<std::string>
      secrets;  ///< texts of the URL that nobody may read: query, user info; longest first
};

/// Takes http and https. Characters that must be percent-encoded and are not, as people write them, are. The
/// error's message quotes nothing but the host.
Result<Target> parse_target(std::string_view url);

}  // namespace pilotlight::webhook

#pragma once

#include <chrono>
#include <string>

#include "base/error.hpp"

namespace pilotlight::net {

/// What came back from a server.
struct HttpReply {
  int status = 0;
  std::string body;
};

inline constexpr std::chrono::milliseconds http_request_limit{30'000};

/// One request over plain HTTP, waited for; for command lines. `url` is http://host[:port]. The answer may
/// have any size. Error: there was none within `limit`, from the connection on; the look-up of a name is not
/// counted.
Result<HttpReply> http_request(const std::string& url, const std::string& method, const std::string& target,
                               const std::string& key, const std::string& body,
                               std::chrono::milliseconds limit = http_request_limit);

}  // namespace pilotlight::net

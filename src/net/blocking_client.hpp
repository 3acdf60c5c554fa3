#pragma once

#include <string>

#include "base/error.hpp"

namespace pilotlight::net {

/// What came back from a server.
struct HttpReply {
  int status = 0;
  std::string body;
};

/// One request over plain HTTP, waited for; for command lines. `url` is http://host[:port]; a 30 s limit.
Result<HttpReply> http_request(const std::string& url, const std::string& method, const std::string& target,
                               const std::string& key, const std::string& body);

}  // namespace pilotlight::net

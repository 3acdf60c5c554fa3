#pragma once

#include <string>

#include "net/message.hpp"

namespace pilotlight::net {

/// The status line and header of a response with this many bytes of body, the empty line included.
std::string response_head(const Response& response, std::size_t body_bytes, bool keep_alive);

}  // namespace pilotlight::net

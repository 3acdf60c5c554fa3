#pragma once

#include <string>

#include "net/message.hpp"

namespace pilotlight::net {

/// How the peer knows where a body ends.
enum class Framing : std::uint8_t { length, chunks, close };

/// The status line and header of a response, the empty line included; `body_bytes` only with Framing::length.
std::string response_head(const Response& response, Framing framing, std::size_t body_bytes, bool keep_alive);

}  // namespace pilotlight::net

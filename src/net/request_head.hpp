#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/message.hpp"

namespace pilotlight::net {

/// A request up to its body.
struct RequestHead {
  Request request;
  ByteCount content_length = 0;
  bool chunked = false;
  bool gzip = false;  ///< the body is packed
  bool keep_alive = true;
  bool knows_chunks = true;  ///< HTTP/1.1 at least
  bool expects_continue = false;
};

/// Why a head is not acceptable: what to answer before closing.
struct HeadProblem {
  int status = 400;
  std::string message;
};

/// Reads a complete head (up to and with the empty line). Strict: two lengths, a length beside chunks,
/// codings other than chunked, chunks in HTTP/1.0, no Host or two, folded fields and lines that end without
/// CR are refused, because proxies may read them differently; a body whose Content-Encoding is not gzip once,
/// or none, is refused. Exactly one of the results is set.
struct HeadResult {
  std::optional<RequestHead> head;
  HeadProblem problem;
};
HeadResult parse_head(std::string_view bytes);

}  // namespace pilotlight::net

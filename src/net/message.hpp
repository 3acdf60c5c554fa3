#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/body.hpp"
#include "base/units.hpp"

namespace pilotlight::net {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, other };

/// The header fields that few requests have.
enum class Field : std::uint8_t {
  idempotency_key,
  last_event_id,
  origin,             ///< the page that a browser sends the request for
  requested_headers,  ///< Access-Control-Request-Headers: what such a page wants to send
};

/// One HTTP request as a handler sees it: header fields that matter by name, target split, body whole.
struct Request {
  Method method = Method::get;
  std::string path;           ///< as sent, percent-encoding included, without the query
  std::string query;          ///< raw text behind '?', empty if none
  std::string authorization;  ///< value of Authorization, empty if absent
  std::string user_agent;
  bool wants_events = false;  ///< Accept names text/event-stream
  bool accepts_json = false;  ///< Accept names application/json
  bool accepts_html = false;  ///< Accept names text/html
  std::vector<std::pair<Field, std::string>> fields;
  Body body;  ///< null if the request has none, or if `over_limit`
  /// The body exceeds the route's limit: `body_bytes` says its size as far as it is known, `body` is null.
  bool over_limit = false;
  ByteCount body_bytes = 0;

  /// The decoded value of a query parameter (first occurrence); nullopt if absent. '+' is a space.
  std::optional<std::string> parameter(std::string_view name) const;
  /// The value of a header field; empty if it is absent.
  std::string_view field(Field name) const;
};

class BodyParts;

/// One HTTP response. The body is head + payload + tail, written without copying the payload.
struct Response {
  int status = 200;
  std::string_view content_type = "application/json";  ///< static storage
  std::vector<std::pair<std::string, std::string>> headers;
  std::string head;
  Body payload;
  std::string tail;
  /// If set, the body comes from here part by part and the three above are empty. The exchange then lives on
  /// until its end.
  std::shared_ptr<BodyParts> parts;
  /// Close the connection after this response.
  bool close = false;
  /// Called once on the connection's thread when the whole response was handed to the kernel (true) or could
  /// not be (false: the peer is gone or too slow). May be empty.
  std::function<void(bool written)> after_write;
};

}  // namespace pilotlight::net

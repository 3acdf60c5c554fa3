// Requests that are not handled, and how much of the server a caller may take.
#include "net/session.hpp"

namespace pilotlight::net {

std::string error_body(std::string_view message) {
  std::string text = R"({"error":")";
  for (const char c : message) {
    if (c == '"' || c == '\\') text += '\\';
    text += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return text + "\"}";
}

awaitable<> Session::no_route(const RequestHead& head, const Router::Match& match) {
  Response response;
  if (match.allowed.empty()) {
    response.status = 404;
    response.head = error_body(
        "no such path: the job API is below /v2/ENDPOINT/, management is POST /graphql or REST v2 "
        "(/v2/openapi.json)");
  } else if (head.request.method == Method::options) {
    response.status = 204;
  } else {
    response.status = 405;
    response.head = error_body("this path does not support the method; use one of " + match.allowed);
  }
  if (!match.allowed.empty()) response.headers.emplace_back("Allow", match.allowed);
  const bool body = head.chunked || head.content_length > 0;
  const bool written =
      co_await write(response, head.request.method == Method::head, head.keep_alive && !body);
  open_ = open_ && written && head.keep_alive && !body;
  if (written && body) co_await linger();
}

awaitable<bool> Session::turned_away(const RequestHead& head, const Route& route) {
  std::optional<Response> refusal = route.admission(head.request);
  if (!refusal) co_return false;
  const bool written = co_await write(*refusal, false, false);
  open_ = false;
  if (written) co_await linger();
  co_return true;
}

std::shared_ptr<Share> Session::share_of(const Request& request, const Route& route) const {
  if (!route.sharer) return nullptr;
  const std::string name = route.sharer(request);
  return name.empty() ? nullptr : shared_.shares.of(name);
}

}  // namespace pilotlight::net

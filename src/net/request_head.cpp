#include "net/request_head.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <charconv>

namespace pilotlight::net {
namespace {

namespace http = boost::beast::http;

Method method_of(http::verb verb) {
  if (verb == http::verb::get) return Method::get;
  if (verb == http::verb::post) return Method::post;
  if (verb == http::verb::head) return Method::head;
  if (verb == http::verb::put) return Method::put;
  if (verb == http::verb::patch) return Method::patch;
  if (verb == http::verb::delete_) return Method::delete_;
  if (verb == http::verb::options) return Method::options;
  return Method::other;
}

std::string text(boost::beast::string_view view) {
  return std::string(view.data(), view.size());
}

HeadResult problem(int status, std::string message) {
  return {std::nullopt, {status, std::move(message)}};
}

/// Content-Length and Transfer-Encoding, read strictly; a message if they are not acceptable.
template <class Fields>
std::optional<HeadProblem> read_framing(const Fields& fields, RequestHead& head) {
  bool has_length = false;
  for (const auto& field : fields) {
    const boost::beast::string_view value = field.value();
    if (field.name() == http::field::content_length) {
      if (has_length) return HeadProblem{400, "more than one Content-Length"};
      has_length = true;
      const auto end = value.data() + value.size();
      const auto [stop, error] = std::from_chars(value.data(), end, head.content_length);
      if (error != std::errc{} || stop != end || value.empty())
        return HeadProblem{400, "Content-Length is not a number of bytes"};
    } else if (field.name() == http::field::transfer_encoding) {
      if (head.chunked || !boost::beast::iequals(value, "chunked"))
        return HeadProblem{501, "only Transfer-Encoding: chunked is understood"};
      head.chunked = true;
    }
  }
  if (has_length && head.chunked) return HeadProblem{400, "both Content-Length and Transfer-Encoding"};
  return std::nullopt;
}

}  // namespace

HeadResult parse_head(std::string_view bytes) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(bytes.size() + 1));
  parser.body_limit(boost::none);
  parser.skip(true);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (error && error != http::error::need_more)
    return problem(400, "malformed HTTP request: " + error.message());
  if (!parser.is_header_done()) return problem(400, "malformed HTTP request");
  const auto& message = parser.get();
  RequestHead head;
  if (auto bad = read_framing(message.base(), head)) return {std::nullopt, *bad};
  Request& request = head.request;
  request.method = method_of(message.method());
  const auto target = message.target();
  const std::string_view whole(target.data(), target.size());
  if (!whole.starts_with('/')) return problem(400, "the request target must be a path");
  const std::size_t question = whole.find('?');
  request.path = whole.substr(0, question);
  if (question != std::string_view::npos) request.query = whole.substr(question + 1);
  request.authorization = text(message[http::field::authorization]);
  request.user_agent = text(message[http::field::user_agent]);
  request.content_type = text(message[http::field::content_type]);
  if (const auto host = message[http::field::host]; !host.empty()) request.origin = "http://" + text(host);
  head.keep_alive = message.keep_alive();
  head.expects_continue = boost::beast::iequals(message[http::field::expect], "100-continue");
  return {std::move(head), {}};
}

}  // namespace pilotlight::net

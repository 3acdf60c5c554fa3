#include "net/request_head.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <charconv>

namespace pilotlight::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

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

constexpr std::pair<Field, beast::string_view> rare_fields[] = {
    {Field::idempotency_key, "Idempotency-Key"},
    {Field::last_event_id, "Last-Event-ID"},
    {Field::origin, "Origin"},
    {Field::requested_headers, "Access-Control-Request-Headers"},
};

/// Whether the text is in there, in any case.
bool contains_text(beast::string_view value, std::string_view text) {
  for (std::size_t at = 0; at + text.size() <= value.size(); ++at)
    if (beast::iequals(value.substr(at, text.size()), {text.data(), text.size()})) return true;
  return false;
}

beast::string_view trimmed(beast::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// Beast's parser with the fields that matter taken as they come by, so that nothing else is stored.
class HeadParser final : public http::basic_parser<true> {
 public:
  RequestHead head;
  std::optional<HeadProblem> problem;  ///< the first that was found

  /// Whether there is a body, in a coding that is not understood.
  bool body_is_foreign() const { return foreign_encoding_ && (head.chunked || head.content_length > 0); }

 private:
  void refuse(int status, const char* message) {
    if (!problem) problem = HeadProblem{status, message};
  }

  void take_length(std::string_view value) {
    if (has_length_) refuse(400, "more than one Content-Length");
    has_length_ = true;
    const auto end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, head.content_length);
    if (error != std::errc{} || stop != end || value.empty())
      refuse(400, "Content-Length is not a number of bytes");
    if (head.chunked) refuse(400, "both Content-Length and Transfer-Encoding");
  }

  void take_host() {
    if (has_host_) refuse(400, "more than one Host");
    has_host_ = true;
  }

  void take_coding(beast::string_view value) {
    if (!head.knows_chunks) refuse(400, "HTTP/1.0 has no Transfer-Encoding");
    if (head.chunked || !beast::iequals(value, "chunked"))
      refuse(501, "only Transfer-Encoding: chunked is understood");
    head.chunked = true;
    if (has_length_) refuse(400, "both Content-Length and Transfer-Encoding");
  }

  void take_encoding(beast::string_view value) {
    while (!value.empty()) {
      const std::size_t end = std::min(value.find(','), value.size());
      const beast::string_view name = trimmed(value.substr(0, end));
      value.remove_prefix(std::min(end + 1, value.size()));
      if (name.empty() || beast::iequals(name, "identity")) continue;
      const bool gzip = beast::iequals(name, "gzip") || beast::iequals(name, "x-gzip");
      foreign_encoding_ = foreign_encoding_ || !gzip || head.gzip;
      head.gzip = true;
    }
  }

  void take_accept(beast::string_view value) {
    head.request.wants_events |= contains_text(value, "text/event-stream");
    head.request.accepts_json |= contains_text(value, "application/json");
    head.request.accepts_html |= contains_text(value, "text/html");
  }

  void take_target(std::string_view target) {
    if (!target.starts_with('/')) return refuse(400, "the request target must be a path");
    const std::size_t question = target.find('?');
    head.request.path = target.substr(0, question);
    if (question != std::string_view::npos) head.request.query = target.substr(question + 1);
  }

  /// Of a field that comes twice the first counts.
  static void take(std::string& into, beast::string_view value) {
    if (into.empty()) into.assign(value.data(), value.size());
  }

  void take_rare(beast::string_view name, beast::string_view value) {
    for (const auto& [field, text] : rare_fields)
      if (beast::iequals(name, text)) head.request.fields.emplace_back(field, std::string(value));
  }

  void on_request_impl(http::verb verb, beast::string_view, beast::string_view target, int version,
                       error_code&) override {
    head.request.method = method_of(verb);
    head.knows_chunks = version >= 11;
    take_target({target.data(), target.size()});
  }
  void on_field_impl(http::field name, beast::string_view name_text, beast::string_view value,
                     error_code&) override {
    // Only these few matter, so this is no switch over all of Beast's.
    if (name == http::field::content_length)
      take_length({value.data(), value.size()});
    else if (name == http::field::transfer_encoding)
      take_coding(value);
    else if (name == http::field::host)
      take_host();
    else if (name == http::field::authorization)
      take(head.request.authorization, value);
    else if (name == http::field::user_agent)
      take(head.request.user_agent, value);
    else if (name == http::field::accept)
      take_accept(value);
    else if (name == http::field::content_encoding)
      take_encoding(value);
    else if (name == http::field::expect)
      head.expects_continue = beast::iequals(value, "100-continue");
    else
      take_rare(name_text, value);
  }
  void on_response_impl(int, beast::string_view, int, error_code&) override {}
  void on_header_impl(error_code&) override {
    if (!has_host_ && head.knows_chunks) refuse(400, "Host is missing");
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(beast::string_view, error_code&) override { return 0; }
  void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, error_code&) override { return 0; }
  void on_finish_impl(error_code&) override {}

  bool has_length_ = false;
  bool foreign_encoding_ = false;
  bool has_host_ = false;
};

/// A field that goes on in the next line, which HTTP no longer has.
bool has_folded_line(std::string_view bytes) {
  return bytes.find("\r\n ") != std::string_view::npos || bytes.find("\r\n\t") != std::string_view::npos;
}

}  // namespace

HeadResult parse_head(std::string_view bytes) {
  if (has_folded_line(bytes))
    return {std::nullopt, {400, "malformed HTTP request: a header field is folded"}};
  HeadParser parser;
  parser.header_limit(static_cast<std::uint32_t>(bytes.size() + 1));
  parser.body_limit(boost::none);
  parser.skip(true);
  error_code error;
  parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
  if (parser.problem) return {std::nullopt, *parser.problem};
  if (error && error != http::error::need_more)
    return {std::nullopt, {400, "malformed HTTP request: " + error.message()}};
  if (!parser.is_header_done()) return {std::nullopt, {400, "malformed HTTP request"}};
  if (parser.body_is_foreign())
    return {std::nullopt,
            {415, "only Content-Encoding: gzip is understood; send the body as it is, or packed with gzip"}};
  parser.head.keep_alive = parser.keep_alive();
  return {std::move(parser.head), {}};
}

}  // namespace pilotlight::net

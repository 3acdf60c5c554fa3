#include "net/blocking_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace pilotlight::net {

namespace {

namespace http = boost::beast::http;
using boost::system::error_code;
using Tcp = boost::asio::ip::tcp;

Error unreachable(const std::string& url, const std::string& why) {
  return refusal(Errc::io, "cannot reach " + url + ": " + why + "; is the server running?");
}

struct Place {
  std::string host, port = "80";
};

Result<Place> place_of(const std::string& url) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme))
    return refusal(Errc::invalid,
                   "\"" + url + "\" is not of the form http://HOST:PORT (https is not supported)");
  Place place{url.substr(scheme.size(), url.find('/', scheme.size()) - scheme.size())};
  if (const auto colon = place.host.rfind(':'); colon != std::string::npos) {
    place.port = place.host.substr(colon + 1);
    place.host.resize(colon);
  }
  return place;
}

/// Only asynchronous operations of a stream end with its limit.
class BlockingCall {
 public:
  explicit BlockingCall(std::chrono::milliseconds limit) : stream_(context_) { stream_.expires_after(limit); }

  error_code connect(const Tcp::resolver::results_type& where) {
    stream_.async_connect(where, [this](error_code error, const Tcp::endpoint&) { error_ = error; });
    return run();
  }
  error_code write(http::request<http::string_body>& request) {
    http::async_write(stream_, request, [this](error_code error, std::size_t) { error_ = error; });
    return run();
  }
  error_code read(http::response_parser<http::string_body>& response) {
    http::async_read(stream_, buffer_, response, [this](error_code error, std::size_t) { error_ = error; });
    return run();
  }

 private:
  error_code run() {
    context_.restart();
    context_.run();
    return error_;
  }

  boost::asio::io_context context_;
  boost::beast::tcp_stream stream_;
  boost::beast::flat_buffer buffer_;
  error_code error_;
};

}  // namespace

Result<HttpReply> http_request(const std::string& url, const std::string& method, const std::string& target,
                               const std::string& key, const std::string& body,
                               std::chrono::milliseconds limit) {
  const auto place = place_of(url);
  if (!place) return place.error();
  boost::asio::io_context context;
  error_code error;
  const auto where = Tcp::resolver(context).resolve(place->host, place->port, error);
  if (error) return unreachable(url, error.message());
  http::request<http::string_body> request{http::string_to_verb(method), target, 11};
  request.set(http::field::host, place->host);
  request.set(http::field::authorization, "Bearer " + key);
  request.set(http::field::content_type, "application/json");
  request.body() = body;
  request.prepare_payload();
  http::response_parser<http::string_body> response;
  response.body_limit(boost::none);
  BlockingCall call(limit);
  if ((error = call.connect(where))) return unreachable(url, error.message());
  if ((error = call.write(request))) return unreachable(url, error.message());
  if ((error = call.read(response))) return unreachable(url, error.message());
  return HttpReply{static_cast<int>(response.get().result_int()), std::move(response.get().body())};
}

}  // namespace pilotlight::net

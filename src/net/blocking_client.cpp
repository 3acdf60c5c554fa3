#include "net/blocking_client.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

namespace pilotlight::net {

namespace {

namespace http = boost::beast::http;
using Tcp = boost::asio::ip::tcp;

Error unreachable(const std::string& url, const std::string& why) {
  return refusal(Errc::io, "cannot reach " + url + ": " + why + "; is the server running?");
}

}  // namespace

Result<HttpReply> http_request(const std::string& url, const std::string& method, const std::string& target,
                               const std::string& key, const std::string& body) {
  constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme))
    return refusal(Errc::invalid, "\"" + url + "\" is not http://HOST:PORT (https is not spoken here)");
  std::string host = url.substr(scheme.size(), url.find('/', scheme.size()) - scheme.size());
  std::string port = "80";
  if (const auto colon = host.rfind(':'); colon != std::string::npos) {
    port = host.substr(colon + 1);
    host.resize(colon);
  }
  boost::asio::io_context context;
  boost::system::error_code error;
  const auto where = Tcp::resolver(context).resolve(host, port, error);
  if (error) return unreachable(url, error.message());
  boost::beast::tcp_stream stream(context);
  stream.expires_after(std::chrono::seconds(30));
  stream.connect(where, error);
  if (error) return unreachable(url, error.message());
  http::request<http::string_body> request{http::string_to_verb(method), target, 11};
  request.set(http::field::host, host);
  request.set(http::field::authorization, "Bearer " + key);
  request.set(http::field::content_type, "application/json");
  request.body() = body;
  request.prepare_payload();
  http::write(stream, request, error);
  if (error) return unreachable(url, error.message());
  boost::beast::flat_buffer buffer;
  http::response<http::string_body> response;
  http::read(stream, buffer, response, error);
  if (error) return unreachable(url, error.message());
  return HttpReply{static_cast<int>(response.result_int()), std::move(response.body())};
}

}  // namespace pilotlight::net

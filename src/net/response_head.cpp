#include "net/response_head.hpp"

namespace pilotlight::net {
namespace {

std::string_view reason(int status) {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 204: return "No Content";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 413: return "Payload Too Large";
    case 415: return "Unsupported Media Type";
    case 422: return "Unprocessable Entity";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    default: return "Status";
  }
}

}  // namespace

std::string response_head(const Response& response, Framing framing, std::size_t body_bytes,
                          bool keep_alive) {
  std::string text;
  text.reserve(192 + response.head.size() + response.tail.size());
  text += "HTTP/1.1 ";
  text += std::to_string(response.status);
  text += ' ';
  text += reason(response.status);
  text += "\r\n";
  if (response.status != 204) {
    text += "Content-Type: ";
    text += response.content_type;
    text += "\r\n";
    switch (framing) {
      case Framing::length: text += "Content-Length: " + std::to_string(body_bytes) + "\r\n"; break;
      case Framing::chunks: text += "Transfer-Encoding: chunked\r\n"; break;
      case Framing::close: break;
    }
  }
  for (const auto& [name, value] : response.headers) {
    text += name;
    text += ": ";
    text += value;
    text += "\r\n";
  }
  if (!keep_alive) text += "Connection: close\r\n";
  text += "\r\n";
  return text;
}

}  // namespace pilotlight::net

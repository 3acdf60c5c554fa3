#include "api/responses.hpp"

#include "api/json_writer.hpp"
#include "base/assert.hpp"

namespace pilotlight::api {

int http_status(Errc code) {
  switch (code) {
    case Errc::invalid: return 400;
    case Errc::unauthorized: return 401;
    case Errc::not_found: return 404;
    case Errc::too_large: return 400;
    case Errc::conflict: return 409;
    case Errc::busy: return 429;
    case Errc::unavailable:
    case Errc::no_space: return 503;
    case Errc::io:
    case Errc::corrupt:
    case Errc::timed_out:
    case Errc::internal: return 500;
  }
  UNREACHABLE();
}

std::string_view graphql_code(Errc code) {
  switch (code) {
    case Errc::unauthorized: return "UNAUTHENTICATED";
    case Errc::invalid:
    case Errc::not_found:
    case Errc::too_large:
    case Errc::conflict:
    case Errc::busy:
    case Errc::unavailable:
    case Errc::no_space:
    case Errc::io:
    case Errc::corrupt:
    case Errc::timed_out:
    case Errc::internal: return "INTERNAL_SERVER_ERROR";
  }
  UNREACHABLE();
}

std::string whole_body(const net::Response& response) {
  return response.head + (response.payload ? *response.payload : "") + response.tail;
}

net::Response json_response(int status, std::string body) {
  net::Response response;
  response.status = status;
  response.head = std::move(body);
  return response;
}

net::Response error_response(int status, std::string_view message) {
  net::Response response = json_response(status, JsonWriter().text("error", message).done());
  if (status == 503 || status == 429) response.headers.emplace_back("Retry-After", "5");
  return response;
}

net::Response refused(const Error& error) {
  return error_response(http_status(error.code), error.message);
}

int unauthorized_status(ApiKeys::Verdict verdict) {
  const bool known = verdict == ApiKeys::Verdict::role || verdict == ApiKeys::Verdict::endpoint;
  return known ? 403 : 401;
}

std::string_view unauthorized_text(ApiKeys::Verdict verdict) {
  switch (verdict) {
    case ApiKeys::Verdict::absent: return "no token provided";
    case ApiKeys::Verdict::accepted:
    case ApiKeys::Verdict::wrong: return "invalid api key";
    case ApiKeys::Verdict::role:
      return "this API key has the role jobs, which opens only the job API and the OpenAI API; use a key of "
             "the role all";
    case ApiKeys::Verdict::endpoint:
      return "this API key is for other endpoints; use one that names this endpoint, or one of the role all";
  }
  UNREACHABLE();
}

net::Response unauthorized(ApiKeys::Verdict verdict) {
  const int status = unauthorized_status(verdict);
  JsonWriter json;
  json.number("status", status).text("title", status == 403 ? "Forbidden" : "Unauthorized");
  json.text("detail", unauthorized_text(verdict));
  return json_response(status, json.done());
}

net::Response no_content() {
  net::Response response;
  response.status = 204;
  return response;
}

}  // namespace pilotlight::api

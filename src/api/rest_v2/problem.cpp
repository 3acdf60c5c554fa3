#include "api/rest_v2/problem.hpp"

#include "api/json_writer.hpp"
#include "api/responses.hpp"
#include "base/assert.hpp"

namespace pilotlight::api::rest_v2 {
namespace {

std::string_view title_of(int status) {
  switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 409: return "Conflict";
    case 413: return "Content Too Large";
    case 422: return "Unprocessable Entity";
    case 429: return "Too Many Requests";
    case 503: return "Service Unavailable";
    default: return "Internal Server Error";
  }
}

}  // namespace

net::Response problem(int status, std::string_view detail, const std::vector<std::string>& errors) {
  JsonWriter json;
  json.text("title", title_of(status)).number("status", status).text("detail", detail);
  if (!errors.empty()) {
    json.list("errors");
    for (const std::string& error : errors) json.text_element(error);
    json.end();
  }
  net::Response response = json_response(status, json.done());
  response.content_type = "application/problem+json";
  if (status == 429 || status == 503) response.headers.emplace_back("Retry-After", "5");
  return response;
}

net::Response problem_of(const Error& error) {
  return problem(http_status(error.code), error.message);
}

net::Response problem_of_rule(const Error& error) {
  if (error.code == Errc::not_found) return not_found();
  return error.code == Errc::conflict ? problem(400, error.message) : problem_of(error);
}

net::Response not_valid(const std::vector<std::string>& errors) {
  return problem(422, "Request validation failed.", errors);
}

net::Response not_found() {
  return problem(404, "resource not found");
}

net::Response refused_key(ApiKeys::Verdict verdict) {
  switch (verdict) {
    case ApiKeys::Verdict::absent: return problem(401, "missing bearer token");
    case ApiKeys::Verdict::wrong: return problem(401, "invalid bearer token");
    case ApiKeys::Verdict::role:
    case ApiKeys::Verdict::endpoint: return problem(403, "access denied");
    case ApiKeys::Verdict::accepted: break;
  }
  UNREACHABLE();
}

}  // namespace pilotlight::api::rest_v2

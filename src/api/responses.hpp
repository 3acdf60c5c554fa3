#pragma once

#include <string>

#include "api/keys.hpp"
#include "base/error.hpp"
#include "net/handler.hpp"

namespace pilotlight::api {

/// The HTTP status of a refusal; the one table of it.
int http_status(Errc code);
/// The extensions.code of a refusal in GraphQL.
std::string_view graphql_code(Errc code);

/// The three parts of a response's body together.
std::string whole_body(const net::Response& response);
net::Response json_response(int status, std::string body);
net::Response error_response(int status, std::string_view message);
net::Response refused(const Error& error);
/// Status and text of the refusal of a request whose key does not open its door.
int unauthorized_status(ApiKeys::Verdict verdict);
std::string_view unauthorized_text(ApiKeys::Verdict verdict);
/// Both, in the body that RunPod's gateway sends.
net::Response unauthorized(ApiKeys::Verdict verdict);
net::Response no_content();

/// For a door that is no coroutine itself.
template <class T>
net::awaitable<T> at_once(T answer) {
  co_return answer;
}

}  // namespace pilotlight::api

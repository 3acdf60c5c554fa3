#pragma once

#include <string>

#include "api/secrets.hpp"
#include "base/error.hpp"
#include "domain/answer.hpp"
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
net::Response refused(const answer::Refused& refusal);
/// 500: what is stored could not be read; the text says which.
net::Response unreadable(const Error& error);
/// 401 with the body that RunPod's gateway sends.
net::Response unauthorized(ApiKeys::Verdict verdict);
net::Response no_content();

/// For a door that is no coroutine itself.
template <class T>
net::awaitable<T> at_once(T answer) {
  co_return answer;
}

}  // namespace pilotlight::api

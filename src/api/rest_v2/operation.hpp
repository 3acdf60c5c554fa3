#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/context.hpp"
#include "api/json_document.hpp"
#include "api/rest_v2/schema.hpp"
#include "api/with_key.hpp"
#include "net/handler.hpp"

namespace pilotlight::api::rest_v2 {

/// A request that came with a key, and whose query and body their schemas accept.
struct Call {
  Account account;
  Request request;
  Exchange& exchange;
  JsonDocument query;  ///< an object with the parameters that are declared and that came
  JsonDocument body;   ///< an object without members if the operation takes none
};

using CallHandler = std::function<awaitable<Response>(Call)>;

/// The handler that calls this function. The context outlives it.
inline CallHandler handler_of(Context& context, awaitable<Response> (*function)(Context&, Call)) {
  return [&context, function](Call call) { return function(context, std::move(call)); };
}

/// The id at the first {} of the pattern, which stands for the request's path; nullopt if that is no id.
template <class Id>
std::optional<Id> id_in(const Request& request, std::string_view pattern) {
  const auto parts = net::captures(pattern, request.path);
  return parts.empty() ? std::nullopt : Id::parse(parts.front());
}

/// A path and a method. From these rows come the routes and the paths of openapi.json.
struct Operation {
  net::Method method = net::Method::get;
  std::string path;  ///< with named parameters, such as /v2/serverless/{id}
  std::string_view id;
  std::string_view summary;
  const Schema* query = nullptr;   ///< an object; null: no parameters
  const Schema* body = nullptr;    ///< null: none is read
  const Schema* answer = nullptr;  ///< null: no content
  int status = 200;                ///< the answer's
  CallHandler handler;
  const Schema* headers = nullptr;  ///< header fields that the handler reads, as members of an object
  std::string_view answer_type = "application/json";
  Lasting lasting = Lasting::no;
};

}  // namespace pilotlight::api::rest_v2

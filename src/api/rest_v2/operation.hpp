#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "api/context.hpp"
#include "api/json_document.hpp"
#include "api/rest_v2/schema.hpp"
#include "api/with_key.hpp"

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

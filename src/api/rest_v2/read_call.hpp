#pragma once

#include <optional>

#include "api/rest_v2/operation.hpp"

namespace pilotlight::api::rest_v2 {

/// Reads the query and the body of the call, and checks them by the operation's schemas. A large body is read
/// on a background thread. Returned: the refusal, if one of them is not accepted.
awaitable<std::optional<Response>> read_call(Context& context, const Operation& operation, Call& call);

// The two parts of it: what is accepted is in `query` and `body` afterwards.
std::optional<Response> read_query(const Request& request, const Schema& schema, JsonDocument& query);
std::optional<Response> read_body(const Body& text, const Schema& schema, JsonDocument& body);

/// The parameters of a query as an object: a number or a flag where the schema has one and the text is one.
JsonDocument query_document(const Request& request, const Schema& schema);

}  // namespace pilotlight::api::rest_v2

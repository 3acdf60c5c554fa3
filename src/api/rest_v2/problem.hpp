#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/keys.hpp"
#include "base/error.hpp"
#include "net/message.hpp"

// The refusals of REST v2: problem details (RFC 9457) without a type.
namespace pilotlight::api::rest_v2 {

/// Beside 429 and 503 stands when to try again.
net::Response problem(int status, std::string_view detail, const std::vector<std::string>& errors = {});
net::Response problem_of(const Error& error);
/// The same of what a service refuses, where 404 names no detail and a broken rule is 400, also one about
/// other things.
net::Response problem_of_rule(const Error& error);

/// 422: what a body or a query has that its schema does not accept.
net::Response not_valid(const std::vector<std::string>& errors);
/// 404 to an id that nothing has.
net::Response not_found();
/// The refusal of a request without a key that is accepted.
net::Response refused_key(ApiKeys::Verdict verdict);

}  // namespace pilotlight::api::rest_v2

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "domain/definitions/endpoint.hpp"
#include "domain/definitions/template.hpp"
#include "service/workers/environment.hpp"

namespace pilotlight::api::rest_v2::serverless {

/// An endpoint and the template that it uses, as an answer shows them together.
struct Seen {
  const Endpoint& endpoint;
  const Template* used;                           ///< null: none
  std::optional<service::Environment> variables;  ///< the container's; nullopt if they cannot be read
};

/// The endpoint as a JSON object. `url`: the server's, as clients reach it.
std::string endpoint_view(const Seen& seen, std::string_view url);

}  // namespace pilotlight::api::rest_v2::serverless

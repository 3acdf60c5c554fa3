#pragma once

#include "api/json_document.hpp"
#include "base/error.hpp"
#include "domain/definitions/endpoint.hpp"
#include "domain/definitions/template.hpp"
#include "service/definitions/containers.hpp"

namespace pilotlight::api::rest_v2::serverless {

/// The part of a body that the endpoint's command brings, and the part that its container does.
struct Change {
  EndpointPatch patch;
  service::ContainerWish container;  ///< without the template that the body may name
};

/// The endpoint that a body of CreateEndpointRequest describes; the rest is as v2's defaults are. Error: a
/// value or a combination that is not accepted.
Result<Change> new_endpoint(const JsonValue& body);

/// The change that a body of UpdateEndpointRequest describes. A member that says what is shown of the
/// endpoint changes nothing. Error: likewise.
Result<Change> changed_endpoint(const JsonValue& body, const Endpoint& before, const Template& used);

}  // namespace pilotlight::api::rest_v2::serverless

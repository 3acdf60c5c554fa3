#pragma once

#include <optional>

#include "api/json_document.hpp"
#include "base/error.hpp"
#include "domain/definitions/endpoint.hpp"

namespace pilotlight::api::rest_v2::serverless {

/// Reads gpu and cpu from a body, which its schema has accepted, into the patch. `before`: the endpoint as it
/// is; null for a new one. Members that say what is shown of `before` set nothing. Returned: the refusal;
/// nullopt if the hardware is accepted. Pools and flavours that the catalogue does not know are accepted.
std::optional<Error> read_hardware(const JsonValue& body, const Endpoint* before, EndpointPatch& patch);

}  // namespace pilotlight::api::rest_v2::serverless

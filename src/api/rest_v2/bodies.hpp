#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "api/json_document.hpp"
#include "api/rest_v2/schema.hpp"

// Schemas of the bodies of POST, PUT and PATCH. A rule that JSON Schema cannot express is checked by the
// handler that uses the body.
namespace pilotlight::api::rest_v2 {

extern const Schema create_endpoint_request;
extern const Schema update_endpoint_request;
extern const Schema create_template_request;
extern const Schema update_template_request;
extern const Schema create_network_volume_request;
extern const Schema update_network_volume_request;
extern const Schema create_registry_request;
extern const Schema update_ssh_keys_request;

// Parts of them that answers have, too.
extern const Schema endpoint_type;
extern const Schema endpoint_flashboot;
extern const Schema endpoint_scaling;

/// All schemas of bodies.
std::span<const Schema* const> request_bodies();

/// The fault of workers.idleTimeout in the body of an endpoint, which its schema has accepted: a
/// queue-based endpoint that scales on requestCount has none. `scaler`: of the stored endpoint, for a body
/// without scaling; empty if there is none.
std::optional<std::string_view> idle_timeout_problem(const JsonValue& body, std::string_view scaler);

}  // namespace pilotlight::api::rest_v2

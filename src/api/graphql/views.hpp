#pragma once

#include <boost/json.hpp>

#include "domain/answer.hpp"

namespace pilotlight::api {

/// The id of the one account, as `myself` and owned objects show it.
inline constexpr std::string_view account_id = "user_pilotlight";

/// A template as the type PodTemplate; its environment is the member `env_payload` for `env_reference`.
boost::json::value template_view(const Template& value);

/// An endpoint as the type Endpoint, with its workers and without its template. `used`: its template, which
/// the workers show as well; null if there is none.
boost::json::value endpoint_view(const answer::EndpointEntry& entry, const Template* used);

/// The payload of a template's or an endpoint's environment.
PayloadRef env_reference(const boost::json::value& view);

}  // namespace pilotlight::api

#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "base/body.hpp"
#include "base/error.hpp"
#include "domain/definitions/commands.hpp"
#include "service/definitions/definitions.hpp"

namespace pilotlight::api {

/// The wish in a coerced EndpointInput; without `id` for a new endpoint.
Result<service::Wish<command::SaveEndpoint>> endpoint_from_input(const boost::json::object& input);

/// The wish in a coerced SaveTemplateInput; likewise.
Result<service::Wish<command::SaveTemplate>> template_from_input(const boost::json::object& input);

/// A text of an input object; empty if it is absent or null.
std::string text_of(const boost::json::object& fields, std::string_view name);

}  // namespace pilotlight::api

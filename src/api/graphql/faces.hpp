#pragma once

#include <boost/json.hpp>
#include <optional>

#include "base/error.hpp"
#include "domain/endpoint.hpp"
#include "domain/template.hpp"

namespace pilotlight::api {

/// Reads a coerced EndpointInput (SaveTemplateInput) but for its `id` and `env`. The refusal of the first
/// field that cannot be read; nullopt if there is none.
std::optional<Error> read_fields(const boost::json::object& input, EndpointPatch& patch);
std::optional<Error> read_fields(const boost::json::object& input, TemplatePatch& patch);

/// Adds the members of the type Endpoint (PodTemplate) that the input object has, too, but for `id` and
/// `env`.
void show_fields(const Endpoint& value, boost::json::object& view);
void show_fields(const Template& value, boost::json::object& view);

}  // namespace pilotlight::api

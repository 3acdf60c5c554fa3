#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "domain/definitions/endpoint.hpp"
#include "domain/definitions/template.hpp"

namespace pilotlight::api {

/// Reads a coerced EndpointInput (SaveTemplateInput) but for its `id` and `env`. The refusal of the first
/// field that cannot be read; nullopt if there is none.
std::optional<Error> read_fields(const boost::json::object& input, EndpointPatch& patch);
std::optional<Error> read_fields(const boost::json::object& input, TemplatePatch& patch);

/// A field of a type, and the function that shows it.
template <class Entity>
struct ShownField {
  std::string_view name;
  boost::json::value (*show)(const Entity& value);
};

/// The fields of the type Endpoint (PodTemplate) that the input object has, too, but for `id` and `env`.
std::vector<ShownField<Endpoint>> shown_endpoint_fields();
std::vector<ShownField<Template>> shown_template_fields();

}  // namespace pilotlight::api

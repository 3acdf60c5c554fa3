#pragma once

#include <boost/json.hpp>
#include <string>
#include <string_view>

#include "base/body.hpp"
#include "base/error.hpp"
#include "domain/command.hpp"

namespace pilotlight::api {

/// A management command that a mutation asks for. The environment is a payload: its reference in the patch is
/// the caller's to fill in.
template <class Command>
struct Asked {
  Command command;
  bool has_env = false;
  Body env;  ///< [{"key":…,"value":…}]; null when it is empty
};

/// From a coerced EndpointInput. Without `id` a new endpoint, whose id the caller draws.
Result<Asked<command::SaveEndpoint>> endpoint_from_input(const boost::json::object& input);

/// From a coerced SaveTemplateInput; likewise.
Result<Asked<command::SaveTemplate>> template_from_input(const boost::json::object& input);

/// A text of an input object; empty if it is absent or null.
std::string text_of(const boost::json::object& fields, std::string_view name);

}  // namespace pilotlight::api

#pragma once

#include "api/json_document.hpp"
#include "api/json_writer.hpp"
#include "domain/definitions/commands.hpp"
#include "service/workers/environment.hpp"

// Templates as v2 shows them and takes them.
namespace pilotlight::api::rest_v2 {

/// Writes all members of the template. A value that v2 cannot say is shown as the nearest that it can.
/// `variables`: of a name there is one.
void add_template(JsonWriter& json, const Template& value, const service::Environment& variables);

/// The save that a body wishes, without its env.
using TemplateCommand = Result<command::SaveTemplate>;

// Both read a body that its schema has accepted. Error: a value that is not accepted.
TemplateCommand new_template(const JsonValue& body);
/// A member that says what is shown of `before` sets nothing.
TemplateCommand changed_template(const JsonValue& body, const Template& before);

}  // namespace pilotlight::api::rest_v2

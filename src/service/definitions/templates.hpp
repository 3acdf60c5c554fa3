#pragma once

#include <memory>
#include <optional>

#include "service/definitions/definitions.hpp"
#include "service/workers/environment.hpp"

// Free-standing templates whose variables are told one by one.
namespace pilotlight::service {

/// Makes a template, whose id is drawn here, or changes the one that the command names. `variables`: all that
/// it gives to workers; their order does not count. nullopt: they stay.
awaitable<Result<std::shared_ptr<const Template>>> save_template(Context& context, Exchange& exchange,
                                                                 command::SaveTemplate command,
                                                                 std::optional<Environment> variables);

/// The free-standing template; null: there is none of this id.
awaitable<std::shared_ptr<const Template>> read_free_standing(Context& context, Exchange& exchange,
                                                              TemplateId id);

/// The variables that the template gives to workers, each name once; none if they cannot be read. Reads the
/// store, so not on an io thread.
Environment template_variables(Store& store, const Template& value);

}  // namespace pilotlight::service

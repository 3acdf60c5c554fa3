#pragma once

#include <memory>
#include <optional>

#include "service/definitions/definitions.hpp"
#include "service/workers/environment.hpp"

// Endpoints whose containers are told with them: their settings live in templates that are bound to the
// endpoints.
namespace pilotlight::service {

/// The settings of a container as somebody wishes them for one endpoint alone.
struct ContainerWish {
  TemplatePatch patch = {};  ///< without an environment
  /// All variables that the endpoint gives its workers; their order does not count. nullopt: they stay.
  std::optional<Environment> variables = {};
  /// The settings and variables of this template count where the two above have none. The template is read
  /// once, and the endpoint does not use it afterwards. Null: none.
  std::shared_ptr<const Template> from = {};
};

/// Makes an endpoint, whose id is drawn here, or changes the one that the command names, with a template that
/// is bound to it. The command's `with` is set here. An endpoint that uses a free-standing template gets its
/// own copy first, if a setting of the container changes or the wish names a template; the copy alone gives
/// no new workers. Error: not_found if the endpoint or the template is not there any more.
awaitable<Result<answer::EndpointSaved>> save_endpoint(Context& context, Exchange& exchange,
                                                       command::SaveEndpoint command,
                                                       ContainerWish container);

/// The variables that an endpoint and its template give to workers; of a name, the endpoint's wins. `used`:
/// null for none. Reads the store, so not on an io thread.
Result<Environment> container_variables(Store& store, const Endpoint& endpoint, const Template* used);

}  // namespace pilotlight::service

#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "domain/definitions/answers.hpp"
#include "domain/definitions/commands.hpp"
#include "service/context.hpp"

// Endpoints and templates.
namespace pilotlight::service {

/// Definitions as somebody wishes them. An environment is a payload, whose reference in the command's patch
/// is filled in here. nullopt: it stays as it is; null: it becomes empty. A wish that changes nothing writes
/// nothing, although its environment is another payload than the stored one.
template <class Command>
struct Wish {
  Command command;
  std::optional<Body> env = {};
  std::optional<Body> template_env = {};  ///< for the template that an endpoint is saved with
  Body copied_env = {};  ///< for a copy of the template that an endpoint uses (InlineTemplate::copied_env)
};

/// Makes a template, whose id is drawn here, or changes the one that the command names.
awaitable<Result<std::shared_ptr<const Template>>> save_template(Context& context, Exchange& exchange,
                                                                 Wish<command::SaveTemplate> wish);
/// Makes an endpoint, whose id is drawn here, or changes the one that the command names; with it its
/// template, if the command has one. Returns both as they were saved.
awaitable<Result<answer::EndpointSaved>> save_endpoint(Context& context, Exchange& exchange,
                                                       Wish<command::SaveEndpoint> wish);

// Both remove a free-standing template that no endpoint uses.
awaitable<Result<void>> delete_template(Context& context, Exchange& exchange, std::string name);
awaitable<Result<void>> delete_template(Context& context, Exchange& exchange, TemplateId id);
/// Removes an endpoint with the template that is bound to it: its jobs are cancelled, its workers stopped.
/// Without `drain` it is refused unless the endpoint's minimum and maximum of workers are 0.
awaitable<Result<void>> delete_endpoint(Context& context, Exchange& exchange, EndpointId id, bool drain);

/// All definitions, with everything that was answered before; never null.
awaitable<std::shared_ptr<const answer::CatalogContent>> read_catalog(Context& context, Exchange& exchange);

/// An endpoint with its workers, its template and its volumes.
struct SeenEndpoint {
  answer::EndpointEntry entry;
  std::shared_ptr<const Template> used;                         ///< null: there is none
  std::vector<std::shared_ptr<const NetworkVolume>> volumes{};  ///< without ids that are nobody's
};
/// The endpoint, with everything that was answered before; nullopt: it is not there. Costs the same however
/// many there are.
awaitable<std::optional<SeenEndpoint>> read_endpoint(Context& context, Exchange& exchange, EndpointId id);
/// The template, likewise; null: it is not there.
awaitable<std::shared_ptr<const Template>> read_template(Context& context, Exchange& exchange, TemplateId id);

/// The environment under this reference, as it is stored: [{"key":…,"value":…}]. On a files thread.
Result<Body> stored_environment(Store& store, const PayloadRef& ref);

}  // namespace pilotlight::service

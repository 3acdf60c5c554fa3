#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "domain/accounts/account.hpp"
#include "domain/definitions/endpoint.hpp"
#include "domain/definitions/template.hpp"

namespace pilotlight::command {

/// Creates (`create`: the id is fresh) or changes a template. Answer: TemplateSaved.
struct SaveTemplate {
  static constexpr std::uint8_t wire = 0;
  Ticket ticket = ticket_none;
  TemplateId id;
  bool create = false;
  TemplatePatch patch;
  AccountId account = AccountId::first;  ///< account that asks: a new template is its own
};

/// Deletes the template of this name. Refused while an endpoint uses it. Answer: Deleted.
struct DeleteTemplate {
  static constexpr std::uint8_t wire = 1;
  Ticket ticket = ticket_none;
  std::string name;
};

/// Creates (`create`: the id is fresh) or changes an endpoint. Answer: EndpointSaved.
struct SaveEndpoint {
  static constexpr std::uint8_t wire = 2;
  Ticket ticket = ticket_none;
  EndpointId id;
  bool create = false;
  EndpointPatch patch;
  AccountId account = AccountId::first;  ///< account that asks: a new endpoint is its own
};

/// Deletes an endpoint: its jobs are cancelled, its workers stopped. Refused without `drain` unless
/// workers_min = workers_max = 0. Answer: Deleted, as soon as the endpoint is out of sight.
struct DeleteEndpoint {
  static constexpr std::uint8_t wire = 3;
  Ticket ticket = ticket_none;
  EndpointId id;
  bool drain = false;
};

/// Reads all definitions, with every change that was answered before; with `only`, that endpoint and its
/// template alone, as far as they are there. Answer: Catalog.
struct ReadCatalog {
  static constexpr std::uint8_t wire = 4;
  Ticket ticket = ticket_none;
  std::optional<EndpointId> only{};
};

}  // namespace pilotlight::command

namespace pilotlight {

using DefinitionCommands = std::variant<command::SaveTemplate, command::DeleteTemplate, command::SaveEndpoint,
                                        command::DeleteEndpoint, command::ReadCatalog>;

}  // namespace pilotlight

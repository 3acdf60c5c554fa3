#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "domain/accounts/account.hpp"
#include "domain/definitions/endpoint.hpp"
#include "domain/definitions/template.hpp"
#include "domain/definitions/volume.hpp"

namespace pilotlight::command {

/// Creates (`create`: the id is fresh) or changes a template. A save that changes nothing writes no record.
/// Answer: TemplateSaved.
struct SaveTemplate {
  static constexpr std::uint8_t wire = 0;
  Ticket ticket = ticket_none;
  TemplateId id;
  bool create = false;
  TemplatePatch patch;
  AccountId account = AccountId::first;  ///< account that asks: a new template is its own
  /// A stored environment with the variables of the patch's: a template that still has it keeps it.
  PayloadRef env_equals{};
};

/// The beginning of a template that is made for an endpoint.
enum class TemplateStart : std::uint8_t {
  empty = 0,
  /// A copy of the template that the endpoint uses. If the patch changes no setting of that one, the endpoint
  /// keeps it, and no template is made.
  copy_if_changed = 1,
  copy = 2,  ///< such a copy in any case
};

/// The template that an endpoint is saved with.
struct InlineTemplate {
  TemplateId id;  ///< fresh: for a template that has to be made
  TemplatePatch patch;
  PayloadRef env_equals{};  ///< as SaveTemplate::env_equals
  bool bound = true;        ///< false: a free-standing template is made
  TemplateStart start = TemplateStart::empty;
  /// The environment of a copy whose patch brings none: a payload with the variables of `copied_from`.
  PayloadRef copied_env{};
  /// The stored environment of the template that the endpoint uses. The command is refused with
  /// Errc::conflict if a copy needs `copied_env` and that template has another environment by now.
  PayloadRef copied_from{};
};

/// Deletes a free-standing template. Refused while an endpoint uses it. Answer: Deleted.
struct DeleteTemplate {
  static constexpr std::uint8_t wire = 1;
  Ticket ticket = ticket_none;
  std::string name;  ///< the template's, if `id` is empty
  TemplateId id{};   ///< the template's; empty: `name` tells which
};

/// Creates (`create`: the id is fresh) or changes an endpoint, and with it its template. A save that changes
/// nothing writes no record. Answer: EndpointSaved.
struct SaveEndpoint {
  static constexpr std::uint8_t wire = 2;
  Ticket ticket = ticket_none;
  EndpointId id;
  bool create = false;
  EndpointPatch patch;
  AccountId account = AccountId::first;  ///< account that asks: a new endpoint is its own
  PayloadRef env_equals{};               ///< as SaveTemplate::env_equals
  /// Changes the template that is bound to the endpoint; if there is none, makes one for the endpoint. The
  /// patch then names no template. A copy of the template in use alone gives no new workers.
  std::optional<InlineTemplate> with{};
  /// The patch's scaler value is whole: a stored one that is shown as the same (whole_scaler_value) stays.
  bool whole_scaler_value = false;
};

/// Deletes an endpoint: its jobs are cancelled, its workers stopped. Refused without `drain` unless
/// workers_min = workers_max = 0. Answer: Deleted, as soon as the endpoint is out of sight.
struct DeleteEndpoint {
  static constexpr std::uint8_t wire = 3;
  Ticket ticket = ticket_none;
  EndpointId id;
  bool drain = false;
};

/// Creates (`create`: the id is fresh) or changes a network volume; its folder follows. A save that changes
/// nothing writes no record. Answer: VolumeSaved.
struct SaveVolume {
  static constexpr std::uint8_t wire = 44;
  Ticket ticket = ticket_none;
  VolumeId id;
  bool create = false;
  NetworkVolumePatch patch;
  AccountId account = AccountId::first;  ///< account that asks: a new volume is its own
};

/// Deletes a network volume, with its folder. Refused while an endpoint names it. Answer: Deleted, as soon as
/// the volume is out of sight and its name is free.
struct DeleteVolume {
  static constexpr std::uint8_t wire = 45;
  Ticket ticket = ticket_none;
  VolumeId id;
};

/// The folder of a deleted volume is gone, and so is the volume. No answer.
struct VolumeFolderRemoved {
  static constexpr std::uint8_t wire = 46;
  VolumeId id;
};

/// Reads all definitions, with every change that was answered before; with `only`, that endpoint, its
/// template and its volumes alone, with `only_template` or `only_volume` that template or volume alone, as
/// far as they are there. Answer: Catalog.
struct ReadCatalog {
  static constexpr std::uint8_t wire = 4;
  Ticket ticket = ticket_none;
  std::optional<EndpointId> only{};
  std::optional<TemplateId> only_template{};
  std::optional<VolumeId> only_volume{};
};

}  // namespace pilotlight::command

namespace pilotlight {

using DefinitionCommands = std::variant<command::SaveTemplate, command::DeleteTemplate, command::SaveEndpoint,
                                        command::DeleteEndpoint, command::ReadCatalog, command::SaveVolume,
                                        command::DeleteVolume, command::VolumeFolderRemoved>;

}  // namespace pilotlight

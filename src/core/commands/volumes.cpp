// Network volumes. A folder is made once the record of its volume is durable. The record of a deleted volume
// stays until its folder is gone. So a server that dies leaves over neither a folder nor a record.
#include "base/mark.hpp"
#include "core/commands/handlers.hpp"
#include "core/control_characters.hpp"
#include "core/mutant.hpp"
#include "core/validation.hpp"
#include "core/volume_rules.hpp"
#include "domain/definitions/changes.hpp"
#include "domain/definitions/commands.hpp"

namespace pilotlight::core {
namespace {

constexpr const char* no_volume = "network volume not found";

/// The refusal of a change of what a volume keeps for good.
std::optional<Error> invalid_change(const NetworkVolume& before, const NetworkVolume& after) {
  if (after.size_gb < before.size_gb && !mutant(Mutant::volume_shrinks))
    return refusal(Errc::invalid, "a network volume only grows: size is " + std::to_string(before.size_gb) +
                                      " and cannot become " + std::to_string(after.size_gb));
  if (after.data_center_id != before.data_center_id)
    return refusal(Errc::invalid,
                   "the data center of a network volume cannot be changed; create another volume");
  if (after.type != before.type)
    return refusal(Errc::invalid, "the type of a network volume cannot be changed; create another volume");
  return std::nullopt;
}

/// The reason why the volume is not saved; nullopt if it may be. `before`: null for a new one.
std::optional<Error> objection(const NetworkVolume* before, const NetworkVolume& after,
                               const Volumes& volumes) {
  if (before == nullptr && volumes.size() >= volumes_max)
    return refusal(Errc::conflict, "there are " + std::to_string(volumes.size()) +
                                       " network volumes already, and no more can be made; delete some");
  if (auto problem = invalid(after)) return refusal(Errc::invalid, *problem);
  if (has_control_characters(after.name))
    return refusal(Errc::invalid, "name must not have control characters");
  if (has_control_characters(after.data_center_id))
    return refusal(Errc::invalid, "dataCenterId must not have control characters");
  if (before != nullptr)
    if (auto problem = invalid_change(*before, after)) return problem;
  const Volumes::Volume other = volumes.named(after.name);
  if (other != nullptr && other->id != after.id && !mutant(Mutant::volume_name_twice))
    return refusal(Errc::conflict, "a network volume named \"" + after.name +
                                       "\" already exists; names are unique, choose another");
  return std::nullopt;
}

}  // namespace

void on(const command::SaveVolume& c, Call& call, Definitions& definitions) {
  Volumes& volumes = definitions.volumes();
  const Volumes::Volume before = volumes.find(c.id);
  if (c.create && volumes.knows(c.id))
    return call.refuse(c.ticket, Errc::conflict, "this network volume exists already");
  if (!c.create && before == nullptr) return call.refuse(c.ticket, Errc::not_found, no_volume);
  NetworkVolume after = before != nullptr ? *before : NetworkVolume{};
  after.id = c.id;
  if (c.create) after.created = call.now(), after.account = c.account;
  apply_patch(c.patch, after);
  if (before != nullptr && after == *before) return call.reply(c.ticket, answer::VolumeSaved{before});
  if (const auto problem = objection(before.get(), after, volumes))
    return call.refuse(c.ticket, problem->code, problem->message);
  MARK("core.volume_saved");
  call.save(record::VolumeSaved{after});
  if (c.create) call.emit(effect::MakeVolumeFolder{c.id});
  call.reply(c.ticket, answer::VolumeSaved{volumes.put(std::move(after))});
}

void on(const command::DeleteVolume& c, Call& call, Definitions& definitions) {
  const Volumes::Volume found = definitions.volumes().find(c.id);
  if (found == nullptr) return call.refuse(c.ticket, Errc::not_found, no_volume);
  const LiveEndpoint* user = user_of(c.id, definitions);
  if (user != nullptr && !mutant(Mutant::volume_removed_in_use))
    return call.refuse(c.ticket, Errc::conflict,
                       "network volume " + c.id.text() + " is in use by endpoint " + user->id.text() +
                           "; take it out of the endpoint, or delete the endpoint, first");
  MARK("core.volume_deleted");
  call.save(record::VolumeSaved{*found, true});
  definitions.volumes().begin_removal(*found);
  call.emit(effect::RemoveVolumeFolder{c.id});
  call.reply(c.ticket, answer::Deleted{});
}

void on(const command::VolumeFolderRemoved& c, Call& call, Definitions& definitions) {
  if (!definitions.volumes().removing().contains(c.id)) return;
  call.save(record::VolumeRemoved{c.id});
  definitions.volumes().forget(c.id);
}

}  // namespace pilotlight::core

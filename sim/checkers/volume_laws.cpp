#include "sim/checkers/volume_laws.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

std::set<std::string> volumes_named(const Endpoint& endpoint) {
  std::set<std::string> ids(endpoint.network_volume_ids.begin(), endpoint.network_volume_ids.end());
  ids.insert(endpoint.network_volume_id);
  ids.erase("");
  return ids;
}

/// Null if it is not in sight.
const NetworkVolume* volume_in(const Image& image, std::string_view id) {
  const auto parsed = VolumeId::parse(id);
  const auto at = parsed ? image.volumes.find(*parsed) : image.volumes.end();
  return at == image.volumes.end() || at->second.removing ? nullptr : &at->second.value;
}

void keeps_what_is_for_good(const NetworkVolume& before, const NetworkVolume& after) {
  require(before != after, "S33", "volume {} is saved as it was", after.id);
  require(after.size_gb >= before.size_gb, "S33", "volume {} shrinks from {} to {} GB", after.id,
          before.size_gb, after.size_gb);
  require(after.data_center_id == before.data_center_id && after.type == before.type &&
              after.created == before.created,
          "S33", "volume {} moves, or is another kind of volume, or is younger", after.id);
}

void saved(const Step& step, const Image& image, const NetworkVolume& after) {
  const auto* save = step.is<command::SaveVolume>();
  require(save != nullptr && save->id == after.id, "S33", "volume {} is saved by another command", after.id);
  const auto at = image.volumes.find(after.id);
  require(at != image.volumes.end() ? !save->create : save->create, "S33",
          "volume {} is made twice, or changed before it is made", after.id);
  if (at != image.volumes.end()) {
    require(!at->second.removing, "S35", "volume {} comes back from its removal", after.id);
    keeps_what_is_for_good(at->second.value, after);
  }
  require(after.size_gb >= 10 && after.size_gb <= 4096, "S33", "volume {} has {} GB", after.id,
          after.size_gb);
  for (const auto& [id, other] : image.volumes)
    require(id == after.id || other.removing || other.value.name != after.name, "S33",
            "two volumes have the name {}", after.name);
}

void removal_begins(const Step& step, const Image& image, const NetworkVolume& value) {
  const auto* asked = step.is<command::DeleteVolume>();
  const NetworkVolume* before = volume_in(image, value.id.view());
  require(asked != nullptr && asked->id == value.id && before != nullptr && *before == value, "S35",
          "volume {} is removed, and nobody asked for it", value.id);
  for (const auto& [id, entry] : image.endpoints)
    require(entry.deleting || !volumes_named(entry.value).contains(value.id.text()), "S34",
            "volume {} is removed, and endpoint {} names it", value.id, id);
}

bool lists(const Endpoint& endpoint, const std::string& id) {
  const auto& ids = endpoint.network_volume_ids;
  return id.empty() || std::find(ids.begin(), ids.end(), id) != ids.end();
}

void fields_agree(const Endpoint& before, const Endpoint& after) {
  const bool other_id = before.network_volume_id != after.network_volume_id;
  const bool other_list = before.network_volume_ids != after.network_volume_ids;
  if (other_id && !other_list)
    require(before.network_volume_id.empty() || !lists(after, before.network_volume_id), "S34",
            "endpoint {} is rid of volume {} in one field, and names it in the other", after.id,
            before.network_volume_id);
  if (other_list && !other_id)
    require(lists(after, after.network_volume_id), "S34",
            "endpoint {} gets other volumes in one field, and the other names {}", after.id,
            after.network_volume_id);
}

void endpoint_saved(const Image& image, const Endpoint& after) {
  const auto* entry = image.endpoint(after.id);
  if (entry != nullptr) fields_agree(entry->value, after);
  const auto before = entry == nullptr ? std::set<std::string>() : volumes_named(entry->value);
  const auto now = volumes_named(after);
  std::set<std::string> centers;
  for (const std::string& id : now) {
    const NetworkVolume* volume = volume_in(image, id);
    require(before.contains(id) || volume != nullptr, "S34",
            "endpoint {} names volume {}, which is not there", after.id, id);
    require(volume == nullptr || centers.insert(volume->data_center_id).second, "S34",
            "endpoint {} has two volumes in {}", after.id, volume == nullptr ? "" : volume->data_center_id);
  }
  if (!now.empty() && before != now) MARK("sim: endpoint names a volume");
}

}  // namespace

void VolumeLaws::recorded(const Step& step, const Image& image, const Record& any) const {
  if (const auto* volume = std::get_if<record::VolumeSaved>(&any))
    volume->removing ? removal_begins(step, image, volume->value) : saved(step, image, volume->value);
  if (const auto* gone = std::get_if<record::VolumeRemoved>(&any)) removed(image, gone->id);
  if (const auto* endpoint = std::get_if<record::EndpointSaved>(&any))
    if (!endpoint->deleting) endpoint_saved(image, endpoint->value);
}

void VolumeLaws::removed(const Image& image, const VolumeId& id) const {
  const auto at = image.volumes.find(id);
  require(at != image.volumes.end() && at->second.removing && !world_.folders.there().contains(id), "S35",
          "volume {} is forgotten, and its folder is there", id);
}

void VolumeLaws::released(const Effect& effect, const Disk& disk) {
  const auto& volumes = disk.image.volumes;
  if (const auto* make = std::get_if<effect::MakeVolumeFolder>(&effect))
    require(volumes.contains(make->id), "S35", "the folder of volume {} is made before its record", make->id);
  if (const auto* remove = std::get_if<effect::RemoveVolumeFolder>(&effect)) {
    const auto at = volumes.find(remove->id);
    require(at != volumes.end() && at->second.removing, "S35",
            "the folder of volume {} goes, and the volume stays", remove->id);
  }
}

void VolumeLaws::demand_settled(const Image& image) const {
  for (const auto& [id, entry] : image.volumes) {
    require(!entry.removing, "S35", "volume {} is never forgotten", id);
    require(world_.folders.there().contains(id), "S35", "volume {} has no folder", id);
  }
  require(image.volumes.size() == world_.folders.there().size(), "S35", "{} folders, but {} volumes",
          world_.folders.there().size(), image.volumes.size());
}

}  // namespace pilotlight::sim

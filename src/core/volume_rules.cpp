#include "core/volume_rules.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "core/mutant.hpp"

namespace pilotlight::core {
namespace {

constexpr std::size_t volumes_per_endpoint_max = 100;

bool names(const Endpoint& endpoint, std::string_view volume) {
  const auto& ids = endpoint.network_volume_ids;
  return endpoint.network_volume_id == volume || std::find(ids.begin(), ids.end(), volume) != ids.end();
}

/// The refusal of an id that the endpoint did not name before.
std::optional<std::string> unknown(std::string_view id, const Endpoint& before,
                                   const Definitions& definitions) {
  if (id.empty() || definitions.volumes().find(id) != nullptr || names(before, id)) return std::nullopt;
  if (mutant(Mutant::volume_anybody)) return std::nullopt;
  if (!VolumeId::parse(id)) return "network volume not found: an id has at most 15 characters of a-z and 0-9";
  return "network volume \"" + std::string(id) + "\" not found";
}

std::optional<std::string> invalid_list(const std::vector<std::string>& ids) {
  std::set<std::string_view> seen;
  for (const std::string& id : ids) {
    if (id.empty()) return "networkVolumeIds must not have an empty id";
    if (!seen.insert(id).second) return "networkVolumeIds names network volume " + id + " twice";
  }
  return std::nullopt;
}

std::optional<std::string> two_in_one_center(const Volumes::All& volumes) {
  std::map<std::string_view, const NetworkVolume*> centers;
  for (const auto& volume : volumes) {
    const auto [at, fresh] = centers.emplace(volume->data_center_id, volume.get());
    if (!fresh)
      return "network volumes " + at->second->id.text() + " and " + volume->id.text() +
             " are both in data center " + volume->data_center_id +
             "; an endpoint takes one volume in each data center";
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> invalid_volumes(const Endpoint& before, const Endpoint& after,
                                           const Definitions& definitions) {
  if (after.network_volume_id == before.network_volume_id &&
      after.network_volume_ids == before.network_volume_ids)
    return std::nullopt;
  if (after.network_volume_ids.size() > volumes_per_endpoint_max)
    return "an endpoint names at most " + std::to_string(volumes_per_endpoint_max) + " network volumes";
  if (auto problem = unknown(after.network_volume_id, before, definitions)) return problem;
  if (after.network_volume_ids != before.network_volume_ids)
    if (auto problem = invalid_list(after.network_volume_ids)) return problem;
  for (const std::string& id : after.network_volume_ids)
    if (auto problem = unknown(id, before, definitions)) return problem;
  return two_in_one_center(definitions.volumes_of(after));
}

const LiveEndpoint* user_of(const VolumeId& volume, const Definitions& definitions) {
  for (const auto& live : definitions.endpoints())
    if (!live->deleting && names(*live->endpoint, volume.view())) return live.get();
  return nullptr;
}

void restore_folders(Volumes& volumes, Call& call) {
  volumes.sort();
  if (mutant(Mutant::removal_forgotten)) return;
  for (const auto& volume : volumes.all()) call.emit(effect::MakeVolumeFolder{volume->id});
  for (const auto& [id, volume] : volumes.removing()) call.emit(effect::RemoveVolumeFolder{id});
}

}  // namespace pilotlight::core

#include "core/places.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "base/comma_list.hpp"

namespace pilotlight::core {
namespace {

using Texts = std::vector<std::string>;

/// The ids of the data centers in a comma list; none if it also names countries, whose codes have no dash.
Texts ids_in(std::string_view locations) {
  Texts ids = comma_entries(locations);
  const auto is_country = [](const std::string& entry) { return entry.find('-') == entry.npos; };
  return std::any_of(ids.begin(), ids.end(), is_country) ? Texts() : ids;
}

void replace_volume(const std::string& left, const std::string& comes, Texts& ids) {
  const auto at = left.empty() ? ids.end() : std::find(ids.begin(), ids.end(), left);
  if (at == ids.end()) return;
  if (comes.empty() || std::find(ids.begin(), ids.end(), comes) != ids.end())
    ids.erase(at);
  else
    *at = comes;
}

}  // namespace

void agree_on_places(const Endpoint& before, Endpoint& after) {
  const bool other_text = after.locations != before.locations;
  const bool other_centers = after.data_center_ids != before.data_center_ids;
  if (other_text && !other_centers) after.data_center_ids = ids_in(after.locations);
  if (other_centers && !other_text) after.locations = comma_joined(after.data_center_ids);

  const std::string& volume = after.network_volume_id;
  Texts& volumes = after.network_volume_ids;
  const bool other_volume = volume != before.network_volume_id;
  const bool other_volumes = volumes != before.network_volume_ids;
  if (other_volume && !other_volumes) replace_volume(before.network_volume_id, volume, volumes);
  if (other_volumes && !other_volume && std::find(volumes.begin(), volumes.end(), volume) == volumes.end())
    after.network_volume_id = volumes.empty() ? std::string() : volumes.front();
}

}  // namespace pilotlight::core

#include "core/volumes.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace pilotlight::core {

Volumes::Volume Volumes::find(const VolumeId& id) const {
  const auto found = index_.find(id);
  return found == index_.end() ? nullptr : found->second;
}

Volumes::Volume Volumes::find(std::string_view id) const {
  const auto parsed = VolumeId::parse(id);
  return parsed ? find(*parsed) : nullptr;
}

Volumes::Volume Volumes::named(const std::string& name) const {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : found->second;
}

Volumes::Volume Volumes::put(NetworkVolume value) {
  const auto made = std::make_shared<const NetworkVolume>(std::move(value));
  Volume& place = index_[made->id];
  if (place == nullptr) {
    volumes_.push_back(made);
  } else {
    if (named(place->name) == place) names_.erase(place->name);
    *std::find(volumes_.begin(), volumes_.end(), place) = made;
  }
  names_[made->name] = made;
  return place = made;
}

void Volumes::begin_removal(NetworkVolume value) {
  leave_sight(value.id);
  const VolumeId id = value.id;
  removing_[id] = std::make_shared<const NetworkVolume>(std::move(value));
}

void Volumes::forget(const VolumeId& id) {
  leave_sight(id);
  removing_.erase(id);
}

void Volumes::leave_sight(const VolumeId& id) {
  const auto found = index_.find(id);
  if (found == index_.end()) return;
  if (named(found->second->name) == found->second) names_.erase(found->second->name);
  std::erase(volumes_, found->second);
  index_.erase(found);
}

void Volumes::sort() {
  std::sort(volumes_.begin(), volumes_.end(), [](const Volume& a, const Volume& b) {
    return std::tie(a->created, a->id) < std::tie(b->created, b->id);
  });
}

}  // namespace pilotlight::core

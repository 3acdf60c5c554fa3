#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "domain/definitions/volume.hpp"

namespace pilotlight::core {

/// The network volumes that there are. One that is being removed is out of sight: its id names nothing and
/// its name is free, until its folder is gone and it is forgotten.
class Volumes {
 public:
  using Volume = std::shared_ptr<const NetworkVolume>;
  using All = std::vector<Volume>;

  /// Those in sight, in order of creation.
  const All& all() const { return volumes_; }
  /// In order of their ids.
  const std::map<VolumeId, Volume>& removing() const { return removing_; }
  /// With those that are being removed.
  std::size_t size() const { return volumes_.size() + removing_.size(); }

  /// Null if none is in sight.
  Volume find(const VolumeId& id) const;
  /// By an id as an endpoint names it; null for a text that is no id, too.
  Volume find(std::string_view id) const;
  Volume named(const std::string& name) const;
  /// Something has this id, be it in sight or not.
  bool knows(const VolumeId& id) const { return index_.contains(id) || removing_.contains(id); }

  /// Adds the volume, or puts it in the place of the one with its id.
  Volume put(NetworkVolume value);
  /// Takes a volume that is in sight, or new, out of sight.
  void begin_removal(NetworkVolume value);
  /// Forgets the volume, be it in sight or not.
  void forget(const VolumeId& id);
  /// Puts the volumes in order of creation, which records need not have.
  void sort();

 private:
  void leave_sight(const VolumeId& id);

  All volumes_;
  std::unordered_map<VolumeId, Volume> index_;  ///< never iterated
  std::map<std::string, Volume> names_;
  std::map<VolumeId, Volume> removing_;
};

}  // namespace pilotlight::core

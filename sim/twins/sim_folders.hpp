#pragma once

#include <functional>
#include <set>

#include "base/random.hpp"
#include "base/time.hpp"
#include "domain/ids.hpp"

namespace pilotlight::sim {

struct World;

/// The folders of network volumes: made and removed one after the other, some time after the effect, and only
/// while the server that asked for it lives. The folders themselves outlive it. Its stream of chance is its
/// own.
class SimFolders {
 public:
  explicit SimFolders(World& world);

  void make(const VolumeId& id);
  /// Reports it once the folder is gone.
  void remove(const VolumeId& id);

  const std::set<VolumeId>& there() const { return there_; }

 private:
  void in_turn(std::function<void()> work);
  void report_removal(const VolumeId& id);

  World& world_;
  Random dice_;
  std::set<VolumeId> there_;
  Timestamp busy_until_{};
};

}  // namespace pilotlight::sim

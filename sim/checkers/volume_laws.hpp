#pragma once

#include "sim/checkers/step.hpp"
#include "sim/twins/sim_store.hpp"

namespace pilotlight::sim {

struct World;

/// Network volumes: names are their own and sizes only grow (S33), endpoints name volumes that are there
/// (S34), a folder is there as long as its volume (S35).
class VolumeLaws {
 public:
  explicit VolumeLaws(World& world) : world_(world) {}

  /// Before the record becomes part of `image`.
  void recorded(const Step& step, const Image& image, const Record& record) const;
  /// The effect leaves now.
  static void released(const Effect& effect, const Disk& disk);
  /// All was mended, and there was time.
  void demand_settled(const Image& image) const;

 private:
  void removed(const Image& image, const VolumeId& id) const;

  World& world_;
};

}  // namespace pilotlight::sim

#include "sim/twins/sim_folders.hpp"

#include <algorithm>
#include <utility>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

SimFolders::SimFolders(World& world) : world_(world), dice_(world.plan.seed ^ 0xf01d'e425) {}

void SimFolders::in_turn(std::function<void()> work) {
  const milliseconds takes = skewed(dice_, milliseconds{0}, milliseconds{20'000});
  busy_until_ = std::max(busy_until_, world_.schedule.now()) + takes;
  world_.schedule.at(busy_until_, [this, work = std::move(work), life = world_.engine.life()] {
    if (life == world_.engine.life()) work();
  });
}

void SimFolders::make(const VolumeId& id) {
  in_turn([this, id] { there_.insert(id); });
}

void SimFolders::remove(const VolumeId& id) {
  in_turn([this, id] {
    if (there_.erase(id) == 0) MARK("sim: removed folder is removed again");
    report_removal(id);
  });
}

void SimFolders::report_removal(const VolumeId& id) {
  if (world_.engine.open()) return world_.engine.submit(Lane::control, command::VolumeFolderRemoved{id});
  world_.schedule.after(milliseconds{50}, [this, id, life = world_.engine.life()] {
    if (life == world_.engine.life()) report_removal(id);
  });
}

}  // namespace pilotlight::sim

#pragma once

#include <string>
#include <vector>

#include "base/random.hpp"
#include "domain/command.hpp"

namespace pilotlight::sim {

struct World;

/// Makes, grows, renames and deletes network volumes, and names them in the manager's endpoints. Much of it
/// must be refused. The actor draws from its own stream of chance.
class SimVolumes {
 public:
  explicit SimVolumes(World& world);

  void begin();
  void stop() { stopped_ = true; }

 private:
  void tick();
  void act();
  void make();
  void change();
  void name_in_endpoint();
  VolumeId any_volume();
  std::string any_name();
  std::string any_center();
  void ask(Command command);

  World& world_;
  Random dice_;
  std::vector<VolumeId> made_;  ///< the newest ones, deleted ones included
  bool stopped_ = false;
};

}  // namespace pilotlight::sim

#pragma once

#include "base/random.hpp"
#include "domain/command.hpp"

namespace pilotlight::sim {

struct World;

/// A client that deletes templates by their ids, as those of REST v2 do: its own, those of endpoints, and
/// bound ones, of which only those may go that no endpoint uses. The actor draws from its own stream of
/// chance.
class SimRemover {
 public:
  explicit SimRemover(World& world);

  void begin();
  void stop() { stopped_ = true; }

 private:
  void tick();
  void make();
  void remove();
  void ask(Command command);

  World& world_;
  Random dice_;
  bool stopped_ = false;
};

}  // namespace pilotlight::sim

#include "sim/run.hpp"

#include <memory>

#include "sim/world/world.hpp"

namespace pilotlight::sim {

SeedResult run_seed(std::uint64_t seed, const SeedOptions& options) {
  SeedResult result;
  result.seed = seed;
  const auto world =
      std::make_unique<World>(draw_plan(seed), options.mutant, options.trace_lines, options.hashing);
  const Timestamp begin = world->schedule.now();
  try {
    world->run();
  } catch (const Violation& violation) {
    result.violation = violation;
    world->trace.print(stderr);
  }
  result.commands = world->engine.commands();
  result.crashes = world->engine.crashes();
  result.virtual_time = world->schedule.now() - begin;
  result.hash = world->audit.hash();
  return result;
}

}  // namespace pilotlight::sim

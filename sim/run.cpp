#include "sim/run.hpp"

#include <csignal>
#include <cstdio>
#include <memory>

#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

thread_local const World* world_at_hand = nullptr;

/// An assertion of the control plane ends the program: say at least which seed it was and how it came there.
void tell_seed(int) {
  if (world_at_hand == nullptr) return;
  world_at_hand->trace.print(stderr);
  std::fprintf(stderr, "in seed %llu; replay it: sim --seed %llu\n",
               static_cast<unsigned long long>(world_at_hand->plan.seed),
               static_cast<unsigned long long>(world_at_hand->plan.seed));
}

}  // namespace

SeedResult run_seed(std::uint64_t seed, const SeedOptions& options) {
  SeedResult result;
  result.seed = seed;
  const auto world =
      std::make_unique<World>(draw_plan(seed), options.mutant, options.trace_lines, options.hashing);
  world_at_hand = world.get();
  std::signal(SIGABRT, tell_seed);
  const Timestamp begin = world->schedule.now();
  try {
    world->run();
  } catch (const Violation& violation) {
    result.violation = violation;
    world->trace.print(stderr);
  }
  world_at_hand = nullptr;
  result.commands = world->engine.commands();
  result.crashes = world->engine.crashes();
  result.virtual_time = world->schedule.now() - begin;
  result.hash = world->audit.hash();
  result.digest = world->audit.digest();
  return result;
}

}  // namespace pilotlight::sim

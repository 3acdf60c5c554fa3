#include "sim/actors/sim_remover.hpp"

#include <iterator>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

SimRemover::SimRemover(World& world) : world_(world), dice_(world.plan.seed ^ 0x7265'6d6f) {}

void SimRemover::begin() {
  if (world_.plan.removals) tick();
}

void SimRemover::tick() {
  if (stopped_) return;
  dice_.chance(40) ? make() : remove();
  world_.schedule.after(skewed(dice_, milliseconds{200}, world_.plan.arrival_mean * 400), [this] { tick(); });
}

void SimRemover::ask(Command command) {
  world_.net.ask({.lane = Lane::control, .command = std::move(command), .patience = milliseconds{60'000}});
}

void SimRemover::make() {
  command::SaveTemplate save;
  save.id = TemplateId::generate(10, dice_);
  save.create = true;
  save.patch.name = "r" + save.id.text();
  ask(save);
}

void SimRemover::remove() {
  const auto& templates = world_.audit.image().templates;
  command::DeleteTemplate gone;
  gone.id = TemplateId::generate(10, dice_);
  if (!templates.empty() && dice_.chance(95)) {
    const auto at = static_cast<std::ptrdiff_t>(dice_.below(templates.size()));
    gone.id = std::next(templates.begin(), at)->first;
  }
  MARK("sim: template deleted by its id");
  ask(gone);
}

}  // namespace pilotlight::sim

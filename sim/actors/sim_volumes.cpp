#include "sim/actors/sim_volumes.hpp"

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

constexpr std::size_t known_max = 5;

}  // namespace

SimVolumes::SimVolumes(World& world) : world_(world), dice_(world.plan.seed ^ 0x766f'6c75) {}

void SimVolumes::begin() {
  if (world_.plan.volumes) tick();
}

void SimVolumes::tick() {
  if (stopped_) return;
  act();
  world_.schedule.after(skewed(dice_, milliseconds{100}, world_.plan.arrival_mean * 50), [this] { tick(); });
}

void SimVolumes::act() {
  switch (dice_.below(10)) {
    case 0:
    case 1:
    case 2: return make();
    case 3:
    case 4:
    case 5: return change();
    case 6: return ask(command::DeleteVolume{ticket_none, any_volume()});
    case 7: return ask(command::ReadCatalog{ticket_none, {}, {}, any_volume()});
    default: return name_in_endpoint();
  }
}

void SimVolumes::ask(Command command) {
  world_.net.ask({.lane = Lane::control, .command = std::move(command), .patience = milliseconds{60'000}});
}

VolumeId SimVolumes::any_volume() {
  return made_.empty() || dice_.chance(5) ? VolumeId::generate(10, dice_) : made_[dice_.below(made_.size())];
}

std::string SimVolumes::any_name() {
  return dice_.chance(3) ? "" : "volume " + std::to_string(dice_.below(8));
}

std::string SimVolumes::any_center() {
  return dice_.chance(50) ? "EU-RO-1" : "US-KS-2";
}

void SimVolumes::make() {
  command::SaveVolume save;
  save.id = VolumeId::generate(10, dice_);
  save.create = true;
  save.patch.name = any_name();
  save.patch.size_gb = dice_.between(8, 60);
  save.patch.data_center_id = any_center();
  made_.push_back(save.id);
  if (made_.size() > known_max) made_.erase(made_.begin());
  ask(save);
}

void SimVolumes::change() {
  command::SaveVolume save;
  save.id = any_volume();
  if (dice_.chance(70)) save.patch.size_gb = dice_.between(8, 120);
  if (dice_.chance(40)) save.patch.name = any_name();
  if (dice_.chance(5)) save.patch.data_center_id = any_center();
  ask(save);
}

void SimVolumes::name_in_endpoint() {
  const auto index = world_.manager.changeable(dice_);
  if (!index) return;
  command::SaveEndpoint change;
  if (dice_.chance(60)) change.patch.network_volume_id = dice_.chance(30) ? "" : any_volume().text();
  if (dice_.chance(50)) {
    auto& ids = change.patch.network_volume_ids.emplace();
    for (auto count = dice_.below(3); count > 0; --count) ids.push_back(any_volume().text());
  }
  world_.manager.save(*index, std::move(change));
}

}  // namespace pilotlight::sim

#include "sim/actors/sim_credentials.hpp"

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

SimCredentials::SimCredentials(World& world) : world_(world), dice_(world.plan.seed ^ 0x7365'616c) {}

void SimCredentials::begin() {
  if (world_.plan.credentials) tick();
}

void SimCredentials::tick() {
  if (stopped_) return;
  act();
  world_.schedule.after(skewed(dice_, milliseconds{100}, world_.plan.arrival_mean * 200), [this] { tick(); });
}

void SimCredentials::act() {
  switch (dice_.below(12)) {
    case 0:
    case 1: return save_secret(true);
    case 2:
    case 3: return save_secret(false);
    case 4: return ask(command::DeleteSecret{ticket_none, any_secret()});
    case 5: return ask(command::ReadSecrets{});
    case 6:
    case 7: return save_registry(true);
    case 8: return save_registry(false);
    case 9: return ask(command::DeleteRegistry{ticket_none, any_registry()});
    case 10:
      return dice_.chance(50) ? ask(command::ReadRegistries{})
                              : ask(command::ReadRegistries{ticket_none, any_registry()});
    default: return name_in_template();
  }
}

void SimCredentials::ask(Command command) {
  world_.net.ask({.lane = Lane::control, .command = std::move(command), .patience = milliseconds{60'000}});
}

std::string SimCredentials::name() {
  return "name-" + std::to_string(dice_.below(4));
}

Sealed SimCredentials::sealed() {
  return {"sealed " + std::to_string(dice_.below(1'000))};
}

SecretId SimCredentials::any_secret() {
  if (secrets_.empty() || dice_.chance(5)) return SecretId::generate(12, dice_);
  return secrets_[dice_.below(secrets_.size())];
}

RegistryId SimCredentials::any_registry() {
  if (registries_.empty() || dice_.chance(5)) return RegistryId::generate(12, dice_);
  return registries_[dice_.below(registries_.size())];
}

void SimCredentials::save_secret(bool create) {
  command::SaveSecret save;
  save.create = create;
  save.id = create ? SecretId::generate(12, dice_) : any_secret();
  if (create) save.patch.name = dice_.chance(90) ? name() : "no name";
  if (create || dice_.chance(70)) save.patch.value = sealed();
  if (dice_.chance(50)) save.patch.description = "about " + std::to_string(dice_.below(3));
  if (create) secrets_.push_back(save.id);
  ask(save);
}

void SimCredentials::save_registry(bool create) {
  command::SaveRegistry save;
  save.create = create;
  save.id = create ? RegistryId::generate(12, dice_) : any_registry();
  if (create || dice_.chance(30)) save.patch.name = name();
  if (create || dice_.chance(50)) save.patch.username = dice_.chance(90) ? "me" : "";
  if (create || dice_.chance(50)) save.patch.password = sealed();
  if (create) registries_.push_back(save.id);
  ask(save);
}

void SimCredentials::name_in_template() {
  if (!world_.manager.changeable(dice_)) return;
  MARK("sim: template names a registry");
  command::SaveTemplate change;
  change.id = world_.manager.any_template(dice_);
  change.patch.container_registry_auth_id = dice_.chance(60) ? any_registry().text() : "";
  ask(change);
}

}  // namespace pilotlight::sim

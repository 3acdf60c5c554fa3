#include "sim/actors/sim_keys.hpp"

#include <iterator>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {

SimKeys::SimKeys(World& world) : world_(world), dice_(world.plan.seed ^ 0x6b65'7973) {}

void SimKeys::begin() {
  if (world_.plan.keys) tick();
}

void SimKeys::tick() {
  if (stopped_) return;
  act();
  world_.schedule.after(skewed(dice_, milliseconds{100}, world_.plan.arrival_mean * 200), [this] { tick(); });
}

void SimKeys::act() {
  switch (dice_.below(8)) {
    case 0:
    case 1: return make();
    case 2: return revoke();
    case 3: return ask(command::ReadApiKeys{});
    case 4: return ask(command::ReadApiKeys{ticket_none, any_key()});
    case 5:
      return ask(
          command::SaveAccountSettings{ticket_none, {AccountId::first, std::string(dice_.below(9), 'k')}});
    default: return use();
  }
}

void SimKeys::ask(Command command) {
  world_.net.ask({.lane = Lane::control, .command = std::move(command), .patience = milliseconds{60'000}});
}

ApiKeyId SimKeys::any_key() {
  return made_.empty() || dice_.chance(10) ? first_key : made_[dice_.below(made_.size())];
}

void SimKeys::make() {
  command::MakeApiKey make;
  make.key.id = ApiKeyId::generate(12, dice_);
  make.key.sha256_hex = make.key.id.text();
  make.key.role = dice_.chance(50) ? KeyRole::all : KeyRole::jobs;
  const auto& endpoints = world_.audit.image().endpoints;
  if (dice_.chance(50) && !endpoints.empty())
    make.key.endpoints.emplace(
        {std::next(endpoints.begin(), static_cast<std::ptrdiff_t>(dice_.below(endpoints.size())))->first});
  made_.push_back(make.key.id);
  ask(make);
}

void SimKeys::revoke() {
  ask(command::RevokeApiKey{ticket_none, any_key()});
}

void SimKeys::use() {
  const ApiKeyId id = any_key();
  if (!world_.engine.open() || !world_.audit.accounts().accepted(id)) return;
  MARK("sim: key used");
  world_.engine.submit(Lane::control, command::NoteKeyUse{id});
}

}  // namespace pilotlight::sim

#include "sim/actors/sim_manager.hpp"

#include <algorithm>

#include "base/mark.hpp"
#include "sim/world/world.hpp"

namespace pilotlight::sim {
namespace {

constexpr std::uint32_t endpoints_max = 8;

}  // namespace

SimManager::SimManager(World& world) : world_(world), restarts_(world.plan.seed ^ 0x4e57) {}

void SimManager::begin() {
  ask(command::SaveApiKey{ticket_none, "00"});
  make_template();
  for (std::uint32_t i = 0; i < world_.plan.endpoints; ++i) make_endpoint();
  tick();
  world_.saver.begin();
  if (world_.plan.crash_every != 0) restart_server();
}

void SimManager::ask(Command command, std::function<void(const Answer*)> heard) {
  world_.net.ask({.lane = Lane::control,
                  .command = std::move(command),
                  .heard = std::move(heard),
                  .patience = milliseconds{60'000}});
}

template <class Patch>
void SimManager::draw_env(Patch& patch) {
  Random& dice = world_.dice.manager;
  patch.env = world_.payload(0);
  patch.init_timeout.emplace();
  if (dice.chance(50)) *patch.init_timeout = between(dice, milliseconds{20'000}, init_timeout_most);
}

void SimManager::make_template() {
  command::SaveTemplate save;
  save.id = TemplateId::generate(10, world_.dice.manager);
  save.create = true;
  save.patch.name = "t" + save.id.text();
  save.patch.image = "image";
  save.patch.command = "python handler.py";
  if (world_.dice.manager.chance(50)) draw_env(save.patch);
  templates_.push_back(save.id);
  insist(save);
}

namespace {

/// It was done now, or it turns out that it was done before.
bool done(const Answer* answer) {
  if (answer == nullptr) return false;
  const auto* refused = std::get_if<answer::Refused>(answer);
  return refused == nullptr || refused->code == Errc::conflict || refused->code == Errc::not_found;
}

}  // namespace

/// The next try of a command. It brings a payload of its own, because what an earlier try made may be deleted
/// by now. A new endpoint whose template was deleted meanwhile gets one of its own.
void SimManager::mend(Command& command, const Answer* answer) {
  auto* made = std::get_if<command::SaveTemplate>(&command);
  if (made != nullptr && made->patch.env) made->patch.env = world_.payload(0);
  const auto* refused = answer == nullptr ? nullptr : std::get_if<answer::Refused>(answer);
  auto* save = std::get_if<command::SaveEndpoint>(&command);
  if (refused == nullptr || refused->code != Errc::invalid || save == nullptr || !save->create) return;
  save->patch.template_id.reset();
  save->with = world_.saver.draw(save->id, true);
}

/// Asks until it is done: the first word may get lost.
void SimManager::insist(Command command, std::function<void()> then) {
  ask(command, [this, command, then](const Answer* answer) mutable {
    if (done(answer)) {
      if (then) then();
      return;
    }
    mend(command, answer);
    world_.schedule.after(milliseconds{1'000}, [this, command, then] { insist(command, then); });
  });
}

EndpointPatch SimManager::draw_patch() {
  Random& dice = world_.dice.manager;
  EndpointPatch patch;
  const std::int64_t most = dice.chance(10) ? 0 : dice.between(1, dice.chance(20) ? 8 : 3);
  patch.workers_max = most;
  patch.workers_min = dice.chance(60) ? 0 : dice.chance(40) ? most : dice.between(0, most);
  patch.idle_timeout = milliseconds{1'000 * dice.between(1, 30)};
  patch.scaler_type = dice.chance(50) ? ScalerType::queue_delay : ScalerType::request_count;
  patch.scaler_value_milli = 1'000 * dice.between(1, 5);
  if (dice.chance(20))
    patch.execution_timeout.emplace(milliseconds{dice.chance(20) ? 0 : dice.between(5'000, 60'000)});
  if (dice.chance(20)) draw_env(patch);
  draw_queue(patch);
  return patch;
}

void SimManager::draw_queue(EndpointPatch& patch) {
  Random& dice = world_.dice.manager;
  if (dice.chance(50)) patch.retry_failed = dice.chance(50);
  if (dice.chance(30)) {
    patch.retries_max.emplace();
    if (dice.chance(80)) *patch.retries_max = dice.between(0, 3);
  }
  if (dice.chance(30)) patch.retry_delay = skewed(dice, milliseconds{0}, milliseconds{20'000});
  if (dice.chance(20)) patch.retry_delay_max = milliseconds{dice.between(0, 30'000)};
  if (dice.chance(20)) patch.dead_letter_keep = milliseconds{dice.between(0, 300'000)};
  if (dice.chance(10)) patch.queue_max = dice.between(0, 60);
}

void SimManager::make_endpoint() {
  const EndpointId id = EndpointId::generate(14, world_.dice.manager);
  endpoints_.push_back({id});
  EndpointPatch patch = draw_patch();
  patch.name = "endpoint " + id.text();
  patch.template_id = templates_[world_.dice.manager.below(templates_.size())];
  command::SaveEndpoint made;
  made.create = true;
  made.with = world_.saver.own_template(id);
  if (made.with) patch.template_id.reset();
  made.patch = std::move(patch);
  save(endpoints_.size() - 1, std::move(made));
}

void SimManager::change(std::size_t index, EndpointPatch patch) {
  command::SaveEndpoint changed;
  changed.patch = std::move(patch);
  save(index, std::move(changed));
}

std::optional<std::size_t> SimManager::changeable(Random& dice) const {
  if (endpoints_.empty()) return std::nullopt;
  const std::size_t index = dice.below(endpoints_.size());
  const Known& endpoint = endpoints_[index];
  return endpoint.confirmed && !endpoint.deleted ? std::optional(index) : std::nullopt;
}

void SimManager::save(std::size_t index, command::SaveEndpoint save) {
  save.id = endpoints_[index].id;
  if (!save.create && !resting_) {
    ++endpoints_[index].changing;
    return ask(save, [this, index](const Answer*) { --endpoints_[index].changing; });
  }
  insist(save, [this, index] { endpoints_[index].confirmed = true; });
}

EndpointId SimManager::any_endpoint() {
  if (endpoints_.empty()) return {};
  return endpoints_[world_.dice.clients.below(endpoints_.size())].id;
}

void SimManager::tick() {
  if (resting_) return;
  Random& dice = world_.dice.manager;
  const std::size_t index = dice.below(endpoints_.size());
  const EndpointId id = endpoints_[index].id;
  switch (dice.below(16)) {
    case 0:
    case 1:
    case 2: change(index); break;
    case 3: change_template(); break;
    case 4:
      if (world_.plan.deletes) remove(index);
      break;
    case 5:
    case 6: read_lists(); break;
    case 7: nonsense(); break;
    case 8: curse(); break;
    case 9:
    case 10:
      if (world_.plan.by_hand) start_by_hand();
      break;
    case 11: ask(command::PurgeQueue{ticket_none, id}); break;
    case 12: ask(command::ReadHealth{ticket_none, id}); break;
    case 13: ask(command::ReadMetrics{ticket_none, id}); break;
    case 14: ask(command::ReadWorkers{ticket_none, id}); break;
    case 15: ask(command::RestartWorkers{ticket_none, id, dice.chance(40)}); break;
  }
  world_.schedule.after(skewed(dice, milliseconds{100}, world_.plan.arrival_mean * 200), [this] { tick(); });
}

/// As for a new version of its program, now and then.
void SimManager::restart_server() {
  if (resting_) return;
  if (restarts_.chance(5) && world_.engine.open())
    world_.engine.make_way(between(restarts_, milliseconds{0}, milliseconds{400}));
  world_.schedule.after(skewed(restarts_, milliseconds{1'000}, world_.plan.arrival_mean * 1'000),
                        [this] { restart_server(); });
}

void SimManager::change(std::size_t index) {
  const Known& endpoint = endpoints_[index];
  if (endpoint.deleted || !endpoint.confirmed) return;
  Random& dice = world_.dice.manager;
  EndpointPatch patch = draw_patch();
  if (dice.chance(50)) {  // only what it names
    patch.workers_min.reset();
    patch.workers_max.reset();
    patch.env.reset();
    patch.init_timeout.reset();
  }
  if (dice.chance(20)) patch.gpu_ids = dice.chance(50) ? "AMPERE_16" : "ADA_24";
  change(index, std::move(patch));
}

void SimManager::change_template() {
  Random& dice = world_.dice.manager;
  if (templates_.size() < 3) return make_template();
  command::SaveTemplate save;
  save.id = templates_[dice.below(templates_.size())];
  if (dice.chance(50)) draw_env(save.patch);
  if (dice.chance(50)) save.patch.command = "python other.py";
  save.patch.readme = "changed";
  ask(save);
}

void SimManager::remove(std::size_t index) {
  Known& endpoint = endpoints_[index];
  if (endpoint.deleted || !endpoint.confirmed || endpoints_.size() >= endpoints_max) return;
  MARK("sim: endpoint deleted under load");
  const bool drain = world_.dice.manager.chance(70);
  if (!drain) {
    EndpointPatch zero;
    zero.workers_min = zero.workers_max = 0;
    change(index, std::move(zero));
  }
  endpoint.deleted = true;
  const auto again = [this, id = endpoint.id, drain] {
    ask(command::DeleteEndpoint{ticket_none, id, drain});
  };
  world_.schedule.after(milliseconds{50}, again);
  world_.schedule.after(milliseconds{20'000}, again);
  make_endpoint();
}

/// The core keeps nothing of it and must not mind.
void SimManager::save_batch(const EndpointId& endpoint) {
  command::SaveBatch save;
  save.batch.number = world_.row();
  save.batch.endpoint = endpoint;
  BatchRequest request;
  request.batch = save.batch.number;
  request.id = world_.job_id(false);
  save.added.push_back(request);
  ask(save);
}

void SimManager::nonsense() {
  Random& dice = world_.dice.manager;
  const EndpointId nowhere = EndpointId::generate(14, dice);
  const WorkerId nobody = WorkerId::generate(14, dice);
  EndpointPatch bad;
  bad.workers_min = 5;
  bad.workers_max = dice.chance(50) ? 2 : -1;
  switch (dice.below(12)) {
    case 10: return ask(command::RestartWorkers{ticket_none, nowhere, true});
    case 11: return ask(command::ReadWorkers{ticket_none, nowhere});
    case 9: return save_batch(nowhere);
    case 0: return ask(command::SaveEndpoint{ticket_none, endpoints_.front().id, false, bad});
    case 1: return ask(command::SaveEndpoint{ticket_none, nowhere, dice.chance(50), bad});
    case 2: return ask(command::DeleteEndpoint{ticket_none, nowhere, true});
    case 3: return ask(command::DeleteTemplate{ticket_none, "t" + templates_.front().text()});
    case 4: return ask(command::ReadHealth{ticket_none, nowhere});
    case 5: return ask(command::CancelJob{ticket_none, nowhere, world_.job_id(false)});
    case 6: return ask(command::TakeJobs{ticket_none, nobody, {}, 1, false, {}, milliseconds{20'000}});
    case 7: return ask(command::PollStops{ticket_none, nobody, {}, milliseconds{20'000}});
    case 8: return ask(command::DeleteTemplate{ticket_none, "no such template"});
  }
}

void SimManager::read_lists() {
  ask(command::ReadCatalog{});
}

/// For a while every worker of the endpoint ends before it works.
void SimManager::curse() {
  Random& dice = world_.dice.manager;
  if (!happens(dice, world_.faults.failed_start * 2)) return;
  const EndpointId id = endpoints_[dice.below(endpoints_.size())].id;
  MARK("sim: crash loop");
  world_.curses.insert(id);
  world_.schedule.after(skewed(dice, milliseconds{5'000}, milliseconds{300'000}),
                        [this, id] { world_.curses.erase(id); });
}

void SimManager::start_by_hand() {
  const Known& endpoint = endpoints_[world_.dice.manager.below(endpoints_.size())];
  const WorkerId id = WorkerId::generate(14, world_.dice.manager);
  const bool comes = world_.dice.manager.chance(85);
  ask(command::RegisterWorker{ticket_none, id, endpoint.id},
      [this, id, comes, at = endpoint.id](const Answer* answer) {
        if (answer == nullptr || !std::holds_alternative<answer::WorkerRegistered>(*answer) || !comes) return;
        world_.workers.add(id, at, WorkerOrigin::by_hand);
      });
}

void SimManager::heal() {
  resting_ = true;
  world_.saver.rest();
  world_.curses.clear();
  for (std::size_t index = 0; index < endpoints_.size(); ++index) enable(index);
}

void SimManager::enable(std::size_t index) {
  if (endpoints_[index].deleted)
    return insist(command::DeleteEndpoint{ticket_none, endpoints_[index].id, true});
  if (!endpoints_[index].confirmed || endpoints_[index].changing > 0)
    return world_.schedule.after(milliseconds{500}, [this, index] { enable(index); });
  EndpointPatch patch;
  patch.workers_min = world_.dice.manager.between(0, 2);
  patch.workers_max = *patch.workers_min + 1;
  patch.gpu_ids = "healed";  // new workers, so that a crash loop begins afresh
  change(index, std::move(patch));
}

}  // namespace pilotlight::sim
